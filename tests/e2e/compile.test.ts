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

async function make(context: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

function runFile(cwd: string, file: string, args: readonly string[], input: string): Promise<Outcome> {
  const child = spawn(process.execPath, [...kFlags, kEngine, file, ...args], { cwd, stdio: 'pipe' });
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
  const cwd = await make(context, { 'app.py': '__import__("".join(["js", "on"]))\n' });
  assert.equal((await taipan(['compile', 'app.py'], { cwd })).code, 0);
  const { code, stderr } = await runFile(cwd, 'app.wasm', [], '');
  assert.equal(code, 1);
  assert.match(stderr, /No module named 'json': it was left out .* --include json\n$/);
});

test('Ctrl-C ends it and leaves nothing behind', { timeout: 60_000 }, async (context) => {
  const cwd = await make(context, { 'app.py': 'import asyncio\n' });
  const temporary = await temporaryFolder(context);
  const child = start(['compile', 'app.py'], { cwd, env: { TMPDIR: temporary } });
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
