// SPDX-License-Identifier: Apache-2.0
// What `taipan compile` says and makes; what compiled programs do is in tests/compile.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { finish, run, start, taipan, temporaryFolder, type Outcome } from './taipan.ts';

const kEngine = join(import.meta.dirname, 'wasi_engine.ts');
const kFlags = ['--disable-warning=ExperimentalWarning', '--stack-size=3900'];

interface Report {
  readonly files: readonly { readonly name: string; readonly size: number }[];
  readonly sizes: readonly {
    readonly part: string;
    readonly name: string;
    readonly size: number;
  }[];
  readonly modules: readonly {
    readonly name: string;
    readonly importers: readonly string[];
  }[];
}

async function make(context: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

function runFile(cwd: string, file: string, args: readonly string[], input: string): Promise<Outcome> {
  const child = spawn(process.execPath, [...kFlags, kEngine, file, ...args], {
    cwd,
    stdio: 'pipe',
  });
  const outcome = finish(child);
  child.stdin.on('error', () => {}); // a program need not read its input
  child.stdin.end(input);
  return outcome;
}

before(async () => {
  assert.equal((await run('native', ['-c', 'pass'])).code, 0); // built before the clock runs
});

test('hello is at most 4.5 MB, and the same bytes every time', async (context) => {
  const cwd = await make(context, { 'hello.py': 'print("hello")\n' });
  assert.equal((await taipan(['compile', 'hello.py'], { cwd })).code, 0);
  assert.equal((await taipan(['compile', 'hello.py', '-o', 'again.wasm'], { cwd })).code, 0);
  const made = await readFile(join(cwd, 'hello.wasm'));
  assert.ok(made.length <= 4_500_000, String(made.length));
  assert.ok(made.equals(await readFile(join(cwd, 'again.wasm'))));
});

test('what was left out is named with the option that brings it', async (context) => {
  const cwd = await make(context, {
    'app.py': '__import__("".join(["js", "on"]))\n',
  });
  assert.equal((await taipan(['compile', 'app.py'], { cwd })).code, 0);
  const { code, stderr } = await runFile(cwd, 'app.wasm', [], '');
  assert.equal(code, 1);
  assert.match(stderr, /No module named 'json': it was left out .* --include json\n$/);
  const folder = await make(context, {
    'app.py': 'import package\n__import__("package." + "".join(["pl", "ugin"]))\n',
    'package/__init__.py': '',
    'package/plugin.py': '',
  });
  assert.equal((await taipan(['compile', 'app.py'], { cwd: folder })).code, 0);
  const inner = await runFile(folder, 'app.wasm', [], '');
  assert.match(
    inner.stderr,
    /No module named 'package.plugin': if there is one, .* --include package.plugin\n$/,
  );
});

test('Ctrl-C ends it and leaves nothing behind', { timeout: 60_000 }, async (context) => {
  const cwd = await make(context, { 'app.py': 'import asyncio\n' });
  const temporary = await temporaryFolder(context);
  const child = start(['compile', 'app.py'], {
    cwd,
    env: { TMPDIR: temporary },
  });
  const ended = finish(child);
  while ((await readdir(temporary)).length === 0) await setTimeout(5);
  child.kill('SIGINT');
  const { code, signal } = await ended;
  assert.equal(signal === 'SIGINT' ? 130 : code, 130);
  assert.deepEqual(await readdir(temporary), []);
  assert.deepEqual(await readdir(cwd), ['app.py']);
});

test('what cannot be compiled is said, and nothing is left behind', async (context) => {
  const cwd = await make(context, {
    'bad.py': 'x = (\n',
    'wants.py': 'import helper\n',
    'helper.py': 'y = )\n',
  });
  const bad = await taipan(['compile', 'bad.py'], { cwd });
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /SyntaxError: '\(' was never closed\ntaipan: cannot compile bad.py, see above\n$/);
  const wants = await taipan(['compile', 'wants.py'], { cwd });
  assert.equal(wants.code, 1);
  assert.match(wants.stderr, /helper.py", line 1\n(.*\n)*SyntaxError/);
  const include = await taipan(['compile', 'helper.py', '--include', 'nosuch'], { cwd });
  assert.equal(include.code, 1);
  assert.deepEqual((await readdir(cwd)).sort(), ['bad.py', 'helper.py', 'wants.py']);
});

test('an import that cannot but fail is an error that says who wants it', async (context) => {
  const cwd = await make(context, {
    'app.py': 'import helper\n',
    'helper.py': '\nfrom nosuch.part import x\n',
  });
  const refused = await taipan(['compile', 'app.py'], { cwd });
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^taipan: cannot compile app.py: helper.py:2 imports nosuch, which is not there; .*--exclude nosuch\n$/,
  );
  assert.deepEqual((await readdir(cwd)).sort(), ['app.py', 'helper.py']);
  const accepted = await taipan(['compile', 'app.py', '--exclude', 'nosuch'], {
    cwd,
  });
  assert.equal(accepted.code, 0, accepted.stderr);
});

test('data that cannot be put inside is said in one line', async (context) => {
  const cwd = await make(context, {
    'app/app.py': '',
    'a.txt': 'a',
    'b.txt': 'b',
  });
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--data', 'nosuch.txt=x'], 1, /^taipan: there is no nosuch.txt, which --data names\n$/],
    [['--data', 'a.txt'], 2, /^taipan: a.txt is not in the program's folder; .*\n$/],
    [['--data', 'a.txt=../a'], 2, /^taipan: cannot put a.txt at ..\/a; .*\n$/],
    [['--data', 'a.txt=x', '--data', 'b.txt=x'], 1, /^taipan: a.txt and b.txt would both be \/app\/x; .*\n$/],
  ];
  for (const [words, code, message] of cases) {
    const outcome = await taipan(['compile', 'app/app.py', ...words], { cwd });
    assert.equal(outcome.code, code);
    assert.match(outcome.stderr, message);
  }
  assert.deepEqual((await readdir(cwd)).sort(), ['a.txt', 'app', 'b.txt']);
});

test('the report says where the bytes are, and they sum up', async (context) => {
  const cwd = await make(context, {
    'app.py': 'import json\n',
    'data.bin': 'x'.repeat(5000),
  });
  for (const options of [[], ['--no-snapshot']]) {
    const made = await taipan(['compile', 'app.py', '--json', '--data', 'data.bin', ...options], { cwd });
    assert.equal(made.code, 0, made.stderr);
    const report = JSON.parse(made.stdout) as Report;
    const { length } = await readFile(join(cwd, 'app.wasm'));
    assert.deepEqual(report.files, [{ name: 'app.wasm', size: length }]);
    assert.equal(
      report.sizes.reduce((sum, { size }) => sum + size, 0),
      length,
    );
    const sizeOf = (part: string, name: string) =>
      report.sizes.find((row) => row.part === part && row.name === name)?.size ?? 0;
    assert.equal(sizeOf('data', '/app/data.bin'), 5000);
    assert.ok(sizeOf('interpreter', '') > 1_000_000);
    assert.ok(sizeOf('extension module', '_json') > 5000);
    const json = report.modules.find(({ name }) => name === 'json');
    assert.ok(json?.importers.includes('__main__:1'));
  }
});

test('a destination that cannot be written is said, and no folder is left', async (context) => {
  const cwd = await make(context, { 'app.py': '' });
  await mkdir(join(cwd, 'taken.wasm'));
  const taken = await taipan(['compile', 'app.py', '-o', 'taken.wasm'], {
    cwd,
  });
  assert.equal(taken.code, 2);
  assert.match(taken.stderr, /^taipan: cannot write taken.wasm: it is a folder; name a file\n$/);
  const proc = await taipan(['compile', 'app.py', '-o', '/proc/app.wasm'], {
    cwd,
  });
  assert.equal(proc.code, 1);
  assert.match(proc.stderr, /^taipan: cannot write \/proc\/app.wasm: .*\n$/);
});

test('a damaged file is refused by its runner, or by Node where it is no JavaScript any more', async (context) => {
  const cwd = await make(context, { 'app.py': 'print("hello")\n' });
  assert.equal((await taipan(['compile', 'app.py', '-o', 'app.mjs'], { cwd })).code, 0);
  const whole = await readFile(join(cwd, 'app.mjs'));
  const half = Math.floor(whole.length / 2);
  const damages: readonly [string, Buffer, number, RegExp][] = [
    [
      'changed',
      Buffer.from(whole).fill(0x41, half, half + 400),
      70,
      /^taipan: cannot run the program: .*\n$/,
    ],
    ['cut', whole.subarray(0, half), 1, /SyntaxError/],
  ];
  for (const [name, bytes, expected, message] of damages) {
    await writeFile(join(cwd, `${name}.mjs`), bytes);
    const child = spawn(process.execPath, [`${name}.mjs`], { cwd, stdio: 'pipe' });
    child.stdin.end();
    const { code, stdout, stderr } = await finish(child);
    assert.equal(code, expected, name);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  }
});
