// SPDX-License-Identifier: Apache-2.0
// Programs in the place of others: the same beside native CPython.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { finish, interrupted, run, start, type Target } from './taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');
const kInput = 'first\nsecond\nthird\n';

async function compare(target: Target, program: string): Promise<void> {
  const words = [join(kPrograms, program)];
  const native = await run('native', words, { input: kInput });
  const here = await run(target, words, { input: kInput });
  assert.deepEqual(here, native);
}

for (const target of ['node', 'browser'] as const)
  describe(`exec on ${target}`, () => {
    test('of Python prints what it prints natively', { timeout: 180_000 }, () => compare(target, 'exec.py'));

    test('of other programs, too', { timeout: 120_000 }, () => compare(target, 'exec_tools.py'));
  });

test('a signal ends the new program of the first process as it ends one', { timeout: 60_000 }, async () => {
  const kill = "'import os, signal; os.kill(os.getpid(), signal.SIGTERM)'";
  const words = ['-c', `import os, sys; os.execv(sys.executable, [sys.executable, '-c', ${kill}])`];
  const native = await run('native', words);
  assert.equal(native.signal, 'SIGTERM', native.stderr);
  assert.deepEqual(await run('node', words), native);
  assert.deepEqual(await run('browser', words), { ...native, signal: null, code: 128 + 15 });
});

test('what cannot be executed on Node, and scripts', { timeout: 60_000 }, () =>
  compare('node', 'exec_refusals.py'),
);

const kInterrupted = `
import os, sys
os.execv(sys.executable, [sys.executable, "-c", '''
import time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
'''])
`;

for (const target of ['native', 'node', 'browser'] as const)
  test(`an interrupt reaches the new program (${target})`, { timeout: 60_000 }, async () => {
    const child = start(['run', '--target', target, '-c', kInterrupted]);
    const outcome = finish(child, 30_000);
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const { code, stdout, stderr } = await outcome;
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'ready\ninterrupted\n', stderr: '' });
  });

const kFromOutside = `
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda number, frame: print("by the old program"))
os.execv(sys.executable, [sys.executable, "-c", '''
import signal, time
came = []
signal.signal(signal.SIGUSR2, lambda number, frame: came.append(number))
print("ready", flush=True)
while not came:
    time.sleep(0.02)
print("handled", flush=True)
time.sleep(60)
'''])
`;

for (const target of ['native', 'node'] as const)
  test(`signals from outside reach the new program (${target})`, { timeout: 60_000 }, async () => {
    const { signal, stdout, stderr } = await interrupted(target, kFromOutside, ['SIGHUP', 'SIGUSR2']);
    assert.deepEqual(
      { signal, stdout, stderr },
      { signal: 'SIGTERM', stdout: 'ready\nhandled\n', stderr: '' },
    );
  });
