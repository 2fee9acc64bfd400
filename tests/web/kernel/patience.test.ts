// SPDX-License-Identifier: Apache-2.0
// How long a thread looks for an answer, by a clock of the test's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from '../../../web/kernel/patience.ts';

/** Each look takes a microsecond; `answer` comes after so many milliseconds. */
function makeLook() {
  let time = 0;
  const patience = new Patience(() => time);
  return (answer: number) => {
    const begin = time;
    let looks = 0;
    let waits = 0;
    patience.lookFor(
      () => time - begin >= answer,
      () => {
        ++looks;
        time += 0.001;
      },
      (milliseconds) => {
        ++waits;
        time = Math.max(time, Math.min(time + milliseconds, begin + answer));
      },
    );
    return { looks, waits, spent: time - begin };
  };
}

test('an answer that comes quickly is seen at once, and nobody sleeps', () => {
  const look = makeLook();
  for (let count = 0; count < 100; ++count) {
    const { waits, spent } = look(0.01);
    assert.equal(waits, 0);
    assert.ok(spent < 0.012);
  }
});

test('who has looked in vain sleeps at once, for longer and longer, and tries again', () => {
  const look = makeLook();
  const spins = Array.from({ length: 300 }, () => look(0.1).looks > 3);
  const indices = spins.flatMap((isSpin, index) => (isSpin ? [index] : []));
  assert.deepEqual(indices, [0, 2, 6, 14, 30, 62, 126, 190, 254]);
});

test('quick answers are seen again after slow ones', () => {
  const look = makeLook();
  for (let count = 0; count < 300; ++count) look(0.1);
  const waits = Array.from({ length: 200 }, () => look(0.01).waits);
  assert.equal(
    waits.slice(100).reduce((sum, count) => sum + count, 0),
    0,
  );
});

test('it ends when nothing comes', () => {
  const { spent, waits } = makeLook()(1000);
  assert.ok(waits > 0 && spent >= 0.2 && spent < 0.21, String(spent));
});
