// SPDX-License-Identifier: Apache-2.0
// Programs as one WebAssembly file, on an engine that knows nothing of us: the same as CPython on the machine.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { finish, run, start, taipan, temporaryFolder, type Outcome } from './taipan.ts';

const kEngine = join(import.meta.dirname, 'wasi_engine.ts');
const kFlags = ['--disable-warning=ExperimentalWarning', '--stack-size=3900'];

interface Program {
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly input?: string;
  readonly options?: readonly string[];
}

const kPrograms: Readonly<Record<string, Program>> = {
  'a tool with the usual modules': {
    files: {
      'app.py': `
import argparse, dataclasses, json, pathlib, re
@dataclasses.dataclass
class Row:
    name: str
    size: int
parser = argparse.ArgumentParser()
parser.add_argument("--number", type=int)
print(parser.parse_args().number, json.dumps(dataclasses.asdict(Row("a", 1))), re.findall("[a-z]+", "ab cd"))
print(pathlib.PurePath("a/b.txt").suffix, json.loads('{"x": [1.5, null]}'))
`,
    },
    args: ['--number', '7'],
  },
  'packages, relative, starred and by name': {
    files: {
      'app.py': `
import importlib
from package import *
from package.inner import deep
from space.part import WHERE
print(one.VALUE, deep(), WHERE, importlib.import_module("plugin").NAME, __name__, __import__("second").NAME)
`,
      'package/__init__.py': 'from . import one\n__all__ = ["one", "two"]\n',
      'package/one.py': 'VALUE = 1\n',
      'package/two.py': '',
      'package/inner/__init__.py': 'def deep():\n    from ..one import VALUE\n    return VALUE + 1\n',
      'space/part.py': 'WHERE = __name__\n',
      'plugin.py': 'NAME = "plugin"\n',
      'second.py': 'NAME = "second"\n',
    },
  },
  'bytes from input to output': {
    files: {
      'app.py': 'import sys, zlib\ndata = sys.stdin.buffer.read()\nprint(len(data), zlib.crc32(data))\n',
    },
    input: 'häuser\n',
  },
  'an exit code': { files: { 'app.py': 'import sys\nprint("out", flush=True)\nsys.exit(7)\n' } },
  'a reason to exit': { files: { 'app.py': 'import sys\nsys.exit("why")\n' } },
  'an uncaught exception': { files: { 'app.py': 'def f():\n    raise KeyError("no")\nf()\n' } },
  'encodings by name': {
    files: {
      'app.py': 'print("ä".encode("cp1252"), b"\\xe4".decode("iso-8859-15"), "x".encode("utf-16-le"))\n',
    },
  },
  'classes, pickles and deep recursion': {
    files: {
      'app.py': `
import pickle, sys, collections
class Point:
    def __init__(self, x): self.x = x
print(pickle.loads(pickle.dumps(Point(3))).x, collections.Counter("abca").most_common(1))
def depth(n): return n and depth(n - 1)
sys.setrecursionlimit(5000); print(depth(4000))
try: depth(10000)
except RecursionError: print("too deep")
`,
    },
  },
  'a database and a date': {
    files: {
      'app.py': `
import sqlite3, datetime, decimal, hashlib
print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone(), datetime.datetime.strptime("2020-01-02", "%Y-%m-%d"))
print(decimal.Decimal("1.1") + 1, hashlib.sha256(b"x").hexdigest()[:8])
`,
    },
  },
  'a module that only the options name': {
    files: {
      'app.py': 'import sys\nname = "".join(["te", "xtwrap"])\nprint(__import__(name).shorten("a b c", 3))\n',
    },
    options: ['--include', 'textwrap'],
  },
};

async function make(context: TestContext, { files }: Program): Promise<string> {
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

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1);
}

before(async () => {
  assert.equal((await run('native', ['-c', 'pass'])).code, 0); // built before the clock runs
});

for (const [name, program] of Object.entries(kPrograms)) {
  test(name, { timeout: 120_000 }, async (context) => {
    const cwd = await make(context, program);
    const { args = [], input = '', options = [] } = program;
    const made = await taipan(['compile', 'app.py', '-o', 'out.wasm', ...options], { cwd });
    assert.equal(made.code, 0, made.stderr);
    const ours = await runFile(cwd, 'out.wasm', args, input);
    const native = await run('native', ['app.py', ...args], { cwd, input });
    assert.equal(ours.stdout, native.stdout, ours.stderr);
    assert.equal(ours.code, native.code);
    assert.equal(lastLine(ours.stderr), lastLine(native.stderr));
  });
}

test('hello is at most 4.5 MB, and the same bytes every time', async (context) => {
  const cwd = await make(context, { files: { 'hello.py': 'print("hello")\n' } });
  assert.equal((await taipan(['compile', 'hello.py'], { cwd })).code, 0);
  assert.equal((await taipan(['compile', 'hello.py', '-o', 'again.wasm'], { cwd })).code, 0);
  const made = await readFile(join(cwd, 'hello.wasm'));
  assert.ok(made.length <= 4_500_000, String(made.length));
  assert.ok(made.equals(await readFile(join(cwd, 'again.wasm'))));
});

test('what was left out is named with the option that brings it', async (context) => {
  const cwd = await make(context, { files: { 'app.py': '__import__("".join(["js", "on"]))\n' } });
  assert.equal((await taipan(['compile', 'app.py'], { cwd })).code, 0);
  const { code, stderr } = await runFile(cwd, 'app.wasm', [], '');
  assert.equal(code, 1);
  assert.match(stderr, /No module named 'json': it was left out .* --include json\n$/);
});

test('Ctrl-C ends it and leaves nothing behind', { timeout: 60_000 }, async (context) => {
  const cwd = await make(context, { files: { 'app.py': 'import asyncio\n' } });
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
    files: { 'bad.py': 'x = (\n', 'wants.py': 'import helper\n', 'helper.py': 'y = )\n' },
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
