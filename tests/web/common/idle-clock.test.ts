// SPDX-License-Identifier: Apache-2.0
// Waits are counted, computing is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { IdleClock } from '../../../web/common/idle-clock.ts';

function pass(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function between(value: number, least: number, most: number): void {
  assert.ok(value >= least && value < most, `${value} ms`);
}

test('counts a wait and nothing outside of it', () => {
  const clock = new IdleClock();
  pass(100);
  clock.beginWait();
  pass(20);
  clock.endWait();
  pass(100);
  between(clock.milliseconds, 20, 90);
});

test('a program waits while all of its threads wait', () => {
  const clock = new IdleClock();
  clock.addThread();
  clock.beginWait();
  pass(100); // the other runs
  clock.beginWait();
  pass(20);
  clock.endWait();
  pass(100);
  between(clock.milliseconds, 20, 90);
});

test('a thread that ends may leave others that wait', () => {
  const clock = new IdleClock();
  clock.addThread();
  clock.beginWait();
  pass(50);
  clock.removeThread();
  pass(20);
  clock.endWait();
  between(clock.milliseconds, 20, 45);
});

test('a thread that is started while all wait ends that', () => {
  const clock = new IdleClock();
  clock.beginWait();
  pass(20);
  clock.addThread();
  pass(50);
  clock.endWait();
  between(clock.milliseconds, 20, 45);
});
