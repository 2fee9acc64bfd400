// SPDX-License-Identifier: Apache-2.0
// Signals: those that a program sends itself, and those from outside.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { interrupted, run } from './taipan.ts';

const kProgram = join(import.meta.dirname, 'programs/signals.py');

test('signals of a program to itself do in Node what they do natively', async () => {
  const native = await run('native', [kProgram]);
  assert.equal(native.signal, 'SIGTERM', native.stderr);
  assert.deepEqual(await run('node', [kProgram]), native);
});

test('and in the browser, which ends with the exit code that shells show', async () => {
  const native = await run('native', [kProgram]);
  assert.deepEqual(await run('browser', [kProgram]), { ...native, signal: null, code: 128 + 15 });
});

const kFromOutside = `
import signal, time
came = []
signal.signal(signal.SIGTERM, lambda number, frame: came.append(number))
signal.signal(signal.SIGHUP, signal.SIG_IGN)
print("ready", flush=True)
while not came:
    time.sleep(0.02)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
print("handled", flush=True)
time.sleep(60)
`;

for (const target of ['native', 'node'] as const) {
  test(`signals from outside are handled, ignored or end the program (${target})`, async () => {
    const { signal, stdout, stderr } = await interrupted(target, kFromOutside, ['SIGHUP', 'SIGTERM']);
    assert.deepEqual(
      { signal, stdout, stderr },
      { signal: 'SIGTERM', stdout: 'ready\nhandled\n', stderr: '' },
    );
  });
}
