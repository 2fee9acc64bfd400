// SPDX-License-Identifier: Apache-2.0
// Waits are counted, computing is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { IdleClock } from '../../../web/common/idle-clock.ts';

function compute(ms: number): number {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return 7;
}

test('counts a wait that suspends, and hands on its result', async () => {
  const clock = new IdleClock();
  assert.equal(await clock.during(() => sleep(30, 5)), 5);
  assert.ok(clock.milliseconds >= 25, `${clock.milliseconds} ms`);
});

test('counts a wait that blocks', () => {
  const clock = new IdleClock();
  assert.equal(
    clock.during(() => compute(20)),
    7,
  );
  assert.ok(clock.milliseconds >= 20);
});

test('does not count what happens outside', async () => {
  const clock = new IdleClock();
  compute(200);
  await clock.during(() => Promise.resolve(0));
  assert.ok(clock.milliseconds < 150, `${clock.milliseconds} ms`);
});
