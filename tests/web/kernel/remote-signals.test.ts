// SPDX-License-Identifier: Apache-2.0
// What signals do by default to a process in a Worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Request, WireReader } from '../../../web/common/kernel-wire.ts';
import { RemoteSignals } from '../../../web/kernel/remote-signals.ts';
import { fakeConnection } from '../common/fake-connection.ts';

const SIGSEGV = 11;
const SIGTERM = 15;
const SIGCHLD = 17;
const SIGTSTP = 20;

test('what ends a program leaves it as exit() does, and is told as a signal', () => {
  const signals = new RemoteSignals(fakeConnection());
  assert.throws(
    () => {
      signals.act(SIGTERM);
    },
    { name: 'ExitStatus', status: 128 + SIGTERM },
  );
  assert.equal(signals.endedBy, SIGTERM);
  signals.breakDown();
  assert.equal(signals.endedBy, SIGTERM);
});

test('a trap is an access to memory that is not there', () => {
  const signals = new RemoteSignals(fakeConnection());
  signals.breakDown();
  assert.equal(signals.endedBy, SIGSEGV);
});

test('what is harmless does nothing, what stops is for the kernel', () => {
  const connection = fakeConnection();
  const signals = new RemoteSignals(connection);
  signals.act(SIGCHLD);
  assert.deepEqual([connection.told.length, signals.endedBy], [0, null]);
  signals.act(SIGTSTP);
  const reader = new WireReader(connection.told[0] ?? new Uint8Array());
  assert.deepEqual(
    [reader.u32(), reader.u32(), reader.u32(), reader.u32()],
    [Request.kill, 0, connection.pid, SIGTSTP],
  );
});
