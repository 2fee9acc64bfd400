// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Signals } from '../../../web/common/signals.ts';
import { NodeSignals } from '../../../web/node/node-signals.ts';

const SIGINT = 2;
const SIGUSR2 = 12;
const SIGHUP = 1;

test('a program that is over handles nothing any more, and ignores what it did', () => {
  const count = () => ['SIGINT', 'SIGUSR2', 'SIGHUP'].map((name) => process.listenerCount(name));
  const before = count(); // the test runner has its own
  const listeners = () => count().map((now, index) => now - (before[index] ?? 0));
  const signals = new NodeSignals(new Signals(), () => false);
  signals.watch(SIGUSR2, 'handled');
  signals.watch(SIGHUP, 'ignored');
  assert.deepEqual(listeners(), [1, 1, 1]);
  signals.letGo();
  assert.deepEqual(listeners(), [0, 0, 1]);
  signals.watch(SIGHUP, 'default');
  assert.deepEqual(listeners(), [0, 0, 0]);
  signals.watch(SIGINT, 'default'); // once more is nothing
});

test('another program in the process: others know what signals do to it', async () => {
  const before = process.listenerCount('SIGHUP');
  const own = new Signals();
  const signals = new NodeSignals(own, () => false);
  signals.watch(SIGHUP, 'ignored');
  const handed: number[] = [];
  signals.handOver((signal) => handed.push(signal));
  process.kill(process.pid, SIGHUP);
  for (let turn = 0; turn < 100 && handed.length === 0; ++turn) await pause(5);
  assert.deepEqual([handed, own.pending], [[SIGHUP], false]);
  signals.letGo();
  assert.equal(process.listenerCount('SIGHUP'), before);
});
