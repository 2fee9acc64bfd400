// SPDX-License-Identifier: Apache-2.0
// Pipes: no byte is lost or comes twice, whatever pieces they come in.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kPoll, Pipe } from '../../../web/common/pipe.ts';

function pipe(): { readonly pipe: Pipe; readonly changes: () => number } {
  let changes = 0;
  return { pipe: new Pipe(() => (changes += 1)), changes: () => changes };
}

function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

test('bytes come out in order, in pieces of any size', () => {
  const { pipe: one } = pipe();
  let seed = 7;
  const random = (limit: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * limit);
  };
  let written = 0;
  let read = 0;
  for (let step = 0; step < 20_000; ++step) {
    const bytes = Uint8Array.from({ length: random(3000) }, (_, index) => (written + index) % 251);
    if (random(2) === 0) {
      errorOf(() => (written += one.write(bytes)));
    } else if (written > read) {
      const into = new Uint8Array(1 + random(4000));
      const given = one.read(into);
      assert.ok(given > 0);
      for (const byte of into.subarray(0, given)) assert.equal(byte, read++ % 251);
    }
  }
  assert.ok(written > 1_000_000);
});

test('an empty pipe makes wait while somebody writes, and ends then', () => {
  const { pipe: one } = pipe();
  assert.equal(
    errorOf(() => one.read(new Uint8Array(1))),
    'EAGAIN',
  );
  assert.equal(one.read(new Uint8Array(0)), 0);
  assert.equal(one.readEvents, 0);
  one.write(Uint8Array.of(1));
  one.countWriters(-1);
  assert.equal(one.readEvents, kPoll.in | kPoll.readable | kPoll.hangUp);
  assert.equal(one.read(new Uint8Array(8)), 1);
  assert.equal(one.read(new Uint8Array(8)), 0);
});

test('a full pipe takes what fits, and small writes as a whole', () => {
  const { pipe: one } = pipe();
  assert.equal(one.write(new Uint8Array(65_000)), 65_000);
  assert.equal(
    errorOf(() => one.write(new Uint8Array(1000))),
    'EAGAIN',
  );
  assert.equal(one.writeEvents, 0);
  assert.equal(one.write(new Uint8Array(5000)), 536);
  assert.equal(
    errorOf(() => one.write(new Uint8Array(1))),
    'EAGAIN',
  );
  one.read(new Uint8Array(4096));
  assert.notEqual(one.writeEvents & kPoll.out, 0);
});

test('nobody reads: writing fails', () => {
  const { pipe: one, changes } = pipe();
  one.countReaders(1);
  one.countReaders(-2);
  assert.equal(
    errorOf(() => one.write(Uint8Array.of(1))),
    'EPIPE',
  );
  assert.notEqual(one.writeEvents & kPoll.error, 0);
  assert.equal(changes(), 2);
});
