// SPDX-License-Identifier: Apache-2.0
// `taipan run` on every target: the program's files, streams, arguments, environment and exit code are its own.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import {
  finish,
  kTargets,
  kWasmTargets,
  type Outcome,
  run,
  start,
  taipan,
  temporaryFolder,
} from './taipan.ts';

const example = ['examples/word_count.py', 'examples/poem.txt', '7'];

describe('the example of the README', () => {
  let native: Outcome;
  before(async () => {
    native = await run('native', example);
    assert.equal(native.code, 0, native.stderr);
    assert.match(native.stdout, /^60 words, 35 different ones\n/);
  });
  for (const target of kWasmTargets) {
    test(`gives the same bytes on ${target}`, async () => {
      assert.deepEqual(await run(target, example), native);
    });
  }
  test('runs on node when nobody says where, and without naming the verb', async () => {
    assert.deepEqual(await taipan(example), native);
  });
});

for (const target of kTargets) {
  describe(`run --target ${target}`, () => {
    test('passes arguments, spaces and letters of all kinds', async () => {
      const { stdout, code } = await run(target, [
        '-c',
        'import sys; print(sys.argv)',
        'a b',
        '',
        'é水',
        '--target',
      ]);
      assert.equal(stdout, "['-c', 'a b', '', 'é水', '--target']\n");
      assert.equal(code, 0);
    });

    test('streams standard input as bytes', async () => {
      const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
      const code =
        'import sys, hashlib; data = sys.stdin.buffer.read(); print(len(data), hashlib.sha256(data).hexdigest())';
      const expected = await run('native', ['-c', code], { input: bytes });
      assert.deepEqual(await run(target, ['-c', code], { input: bytes }), expected);
    });

    test('reads lines with input()', async () => {
      const { stdout } = await run(target, ['-c', 'print(input("? "), input())'], { input: 'one\ntwo\n' });
      assert.equal(stdout, '? one two\n');
    });

    test('runs a program from standard input', async () => {
      assert.equal((await run(target, ['-'], { input: 'print(6 * 7)\n' })).stdout, '42\n');
    });

    test('keeps standard output and error apart', async () => {
      const { stdout, stderr } = await run(target, [
        '-c',
        'import sys; print("out"); print("err", file=sys.stderr)',
      ]);
      assert.deepEqual([stdout, stderr], ['out\n', 'err\n']);
    });

    test('ends with the code of the program', async () => {
      assert.equal((await run(target, ['-c', 'import sys; sys.exit(7)'])).code, 7);
    });

    test('ends with 1 after an exception and shows the traceback', async () => {
      const { code, stderr } = await run(target, ['-c', '1 / 0']);
      assert.equal(code, 1);
      assert.match(stderr, /ZeroDivisionError: division by zero\n$/);
    });

    test('passes the environment', async () => {
      const options = { env: { TAIPAN_E2E: 'some é value' } };
      assert.equal(
        (await run(target, ['-c', 'import os; print(os.environ["TAIPAN_E2E"])'], options)).stdout,
        'some é value\n',
      );
    });

    test('reads and writes the files of the working directory', async (context) => {
      const cwd = await temporaryFolder(context);
      await writeFile(join(cwd, 'in.txt'), 'häuser\n');
      const code = [
        'import os',
        'text = open("in.txt", encoding="utf-8").read()',
        'open("out.txt", "w", encoding="utf-8").write(text.upper())',
        'os.mkdir("folder"); os.rename("out.txt", "folder/out.txt")',
        'print(sorted(os.listdir(".")), os.path.getsize("folder/out.txt"))',
      ].join('\n');
      const { stdout, stderr } = await run(target, ['-c', code], { cwd });
      assert.equal(stdout, "['folder', 'in.txt'] 8\n", stderr);
      assert.equal(await readFile(join(cwd, 'folder/out.txt'), 'utf8'), 'HÄUSER\n');
    });

    test('imports modules from the folder of the script', async (context) => {
      const folder = await temporaryFolder(context);
      await writeFile(join(folder, 'main.py'), 'import helper\nprint(helper.VALUE, __name__)\n');
      await writeFile(join(folder, 'helper.py'), 'VALUE = "found"\n');
      const cwd = await temporaryFolder(context);
      assert.equal((await run(target, [join(folder, 'main.py')], { cwd })).stdout, 'found __main__\n');
    });

    test('runs a module and a folder', async (context) => {
      const cwd = await temporaryFolder(context);
      await writeFile(join(cwd, '__main__.py'), 'print("main of a folder")\n');
      assert.equal((await run(target, ['.'], { cwd })).stdout, 'main of a folder\n');
      const { stdout } = await run(target, ['-m', 'json.tool', '--compact'], {
        input: '{"a": [1, 2]}',
      });
      assert.equal(stdout, '{"a":[1,2]}\n');
    });

    test('keeps a SQLite database in a file', async (context) => {
      const cwd = await temporaryFolder(context);
      const write =
        'import sqlite3; c = sqlite3.connect("a.db"); c.execute("create table t(x)"); c.execute("insert into t values (41)"); c.commit()';
      const read = 'import sqlite3; print(sqlite3.connect("a.db").execute("select x + 1 from t").fetchall())';
      assert.equal((await run(target, ['-c', write], { cwd })).stderr, '');
      assert.equal((await run(target, ['-c', read], { cwd })).stdout, '[(42,)]\n');
      assert.equal((await run('native', ['-c', read], { cwd })).stdout, '[(42,)]\n');
    });

    test('sorts more in SQLite than its cache holds', { timeout: 60_000 }, async () => {
      const code = `
import sqlite3
database = sqlite3.connect("")
database.execute("pragma cache_size = -200")
database.execute("create table t (x, padding)")
database.executemany("insert into t values (?, ?)", ((-i, "x" * 100) for i in range(20000)))
print(database.execute("select x from t order by x, padding limit 2").fetchall())
`;
      const { stdout, stderr } = await run(target, ['-c', code]);
      assert.equal(stdout, '[(-19999,), (-19998,)]\n', stderr);
    });

    test('stops writing into a closed pipe', { timeout: 60_000 }, async () => {
      const child = start(['run', '--target', target, '-c', 'while True: print("x" * 1000)']);
      const ended = finish(child);
      child.stdout?.once('data', () => child.stdout?.destroy());
      const { code, signal } = await ended;
      assert.notEqual(code ?? signal, 0);
      assert.notEqual(signal, 'SIGKILL');
    });

    test('sleeps as long as asked, and no longer', async () => {
      const code =
        'import time; t = time.monotonic(); time.sleep(0.2); time.sleep(0); print(0.19 < time.monotonic() - t < 5)';
      assert.equal((await run(target, ['-c', code], { timeout: 30_000 })).stdout, 'True\n');
    });

    test('survives recursion and deallocation that go deep into C', async () => {
      const code = `
class Endless: pass
Endless.__repr__ = Endless.__str__
try: str(Endless())
except RecursionError: print("caught")
nested = None
for _ in range(100_000): nested = lambda inner=nested: inner
del nested
print("gone")`;
      assert.equal((await run(target, ['-c', code])).stdout, 'caught\ngone\n');
    });

    test('ends with 130 after Ctrl-C in a busy loop', { timeout: 60_000 }, async () => {
      const child = start(['run', '--target', target, '-c', 'print("ready", flush=True)\nwhile True: pass']);
      const ended = finish(child);
      child.stdout?.once('data', () => child.kill('SIGINT'));
      const { code, signal } = await ended;
      // As a shell counts: killed by the signal is 128 + its number.
      assert.equal(signal === 'SIGINT' ? 130 : code, 130);
    });
  });
}

test('Chromium starts where the folder for temporary files has a long name', async (context) => {
  const folder = join(await temporaryFolder(context), 'long'.repeat(20));
  await mkdir(folder);
  assert.equal((await run('browser', ['-c', 'print(1)'], { env: { TMPDIR: folder } })).stdout, '1\n');
});

// WASI has no signals: there the whole process ends instead.
for (const target of ['native', 'node', 'browser'] as const) {
  test(`a program may catch Ctrl-C on ${target}`, { timeout: 60_000 }, async () => {
    const code =
      'try:\n print("ready", flush=True)\n while True: pass\nexcept KeyboardInterrupt:\n print("caught")';
    const child = start(['run', '--target', target, '-c', code]);
    const ended = finish(child);
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const { stdout, code: exitCode } = await ended;
    assert.deepEqual([stdout, exitCode], ['ready\ncaught\n', 0]);
  });

  test(`Ctrl-C ends a sleep on ${target}`, { timeout: 60_000 }, async () => {
    const code =
      'import time\ntry:\n print("ready", flush=True); time.sleep(100)\nexcept KeyboardInterrupt:\n print("woken")';
    const child = start(['run', '--target', target, '-c', code]);
    const ended = finish(child);
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 100));
    assert.equal((await ended).stdout, 'ready\nwoken\n');
  });
}
