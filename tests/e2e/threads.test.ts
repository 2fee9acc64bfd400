// SPDX-License-Identifier: Apache-2.0
// Threads, and pipes between them, where the host has none: the same programs beside native CPython.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { finish, run, start } from './taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');

const kExamples = [
  ['examples/threaded_words.py', 'examples/poem.txt', 'examples/word_count.py'],
  ['examples/careful_worker.py', '20'],
  ['examples/careful_worker.py', '--stop-after', '0.2'],
];

/** At the least stack that there is, C code that recurses ends with an exception. */
const kSmallStacks = `
import json, threading

def attempt():
    def endless():
        endless()

    class Endless:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    for function in (endless, lambda: Endless().a, lambda: repr(nested), lambda: json.dumps(nested),
                     lambda: json.loads("[" * 100_000), lambda: compile("-" * 100_000 + "1", "", "eval")):
        try:
            function()
        except (RecursionError, MemoryError) as error:
            print(type(error).__name__)

nested = []
for _ in range(100_000):
    nested = [nested]
threading.stack_size(64 * 1024)
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
print("alive")
`;

const kBusy = `
import threading, time

def busy():
    while True:
        pass

locked = threading.Lock()
locked.acquire()
for _ in range(2):
    threading.Thread(target=busy, daemon=True).start()
print("busy", flush=True)
try:
    WAIT
except KeyboardInterrupt:
    print("interrupted")
`;

for (const target of ['node', 'browser'] as const) {
  describe(target, () => {
    for (const program of ['threads', 'pthreads', 'pipes']) {
      test(`${program} do what they do natively`, async () => {
        const file = join(kPrograms, `${program}.py`);
        const native = await run('native', [file]);
        assert.equal(native.code, 0, native.stderr);
        assert.deepEqual(await run(target, [file]), native);
      });
    }

    for (const example of kExamples) {
      test(`${example.join(' ')} prints what it does natively`, async () => {
        const native = await run('native', example);
        assert.equal(native.code, 0, native.stderr);
        const { code, stdout } = await run(target, example);
        assert.deepEqual({ code, stdout }, { code: 0, stdout: native.stdout });
      });
    }

    test('deep recursion in a thread with a small stack is an exception', async () => {
      const { code, stdout, stderr } = await run(target, ['-c', kSmallStacks]);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, `${'RecursionError\n'.repeat(5)}MemoryError\nalive\n`);
    });

    test('a thread ends the program with os._exit, and one that fails does not', async () => {
      const program = `
import os, threading, time
threading.excepthook = lambda arguments: print("failed", flush=True)
threading.Thread(target=lambda: 1 / 0).start()
threading.Thread(target=lambda: (time.sleep(0.1), os._exit(7))).start()
time.sleep(100)`;
      const { code, stdout, stderr } = await run(target, ['-c', program]);
      assert.deepEqual({ code, stdout, stderr }, { code: 7, stdout: 'failed\n', stderr: '' });
    });
  });
}

const kWaits = ['time.sleep(100)', 'locked.acquire()', 'threading.Event().wait()', 'busy()', 'input()'];

for (const wait of kWaits) {
  test(`Ctrl-C interrupts ${wait} while threads are busy`, async () => {
    const program = kBusy.replace('WAIT', wait);
    const child = start(['run', '--target', 'node', '-c', program]);
    const outcome = finish(child);
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 100));
    const { code, stdout, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'busy\ninterrupted\n');
  });
}

test('WASI has no threads and says so', async () => {
  const { code, stderr } = await run('wasi', [
    '-c',
    'import threading; threading.Thread(target=print).start()',
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /RuntimeError: can't start new thread\n$/);
});
