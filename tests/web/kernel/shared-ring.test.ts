// SPDX-License-Identifier: Apache-2.0
// Messages in memory that two threads share.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { MalformedRing, newRing, RingReader, RingWriter } from '../../../web/kernel/shared-ring.ts';

const kCapacity = 64;
const kHeader = 8;

function makeRing(capacity = kCapacity) {
  const buffer = newRing(capacity);
  return { buffer, writer: new RingWriter(buffer), reader: new RingReader(buffer) };
}

/** The oldest message, copied. */
function takeFrom(reader: RingReader) {
  let taken: { tag: number; bytes: Uint8Array } | null = null;
  const isTaken = reader.take((tag, bytes) => {
    taken = { tag, bytes: bytes.slice() };
  });
  assert.equal(isTaken, taken !== null);
  return taken as { tag: number; bytes: Uint8Array } | null;
}

function message(size: number, first: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (first + index) % 251);
}

test('what is put is taken, in order, with its tag', () => {
  const { writer, reader } = makeRing();
  assert.equal(takeFrom(reader), null);
  assert.ok(writer.put(7, message(3, 0)));
  assert.ok(writer.put(0xffffffff, message(0, 0)));
  assert.deepEqual(takeFrom(reader), { tag: 7, bytes: message(3, 0) });
  assert.deepEqual(takeFrom(reader), { tag: 0xffffffff, bytes: message(0, 0) });
  assert.equal(takeFrom(reader), null);
});

test('it is full when it is full, and what does not fit changes nothing', () => {
  const { writer, reader } = makeRing();
  assert.ok(!writer.put(1, message(kCapacity - kHeader + 1, 0)));
  assert.ok(writer.put(2, message(kCapacity - kHeader, 5)));
  assert.ok(!writer.put(3, message(0, 0)));
  assert.deepEqual(takeFrom(reader), { tag: 2, bytes: message(kCapacity - kHeader, 5) });
  assert.ok(writer.put(3, message(0, 0)));
  assert.equal(takeFrom(reader)?.tag, 3);
});

test('messages go round the end, and counts round theirs', () => {
  const { buffer, writer, reader } = makeRing();
  new Int32Array(buffer).fill(-40, 0, 2); // forty bytes before 2^32
  for (let index = 0; index < 100; ++index) {
    const bytes = message(index % 50, index);
    assert.ok(writer.put(index, bytes));
    assert.deepEqual(takeFrom(reader), { tag: index, bytes });
  }
});

test('counts and sizes that cannot be are an error', () => {
  for (const [words, size] of [
    [[4, 0], 0],
    [[-8, 0], 0],
    [[kCapacity + 8, 0], 0],
    [[16, 0], 9],
    [[16, 0], 0xffffffff],
  ] as const) {
    const { buffer, reader } = makeRing();
    new Int32Array(buffer).set(words);
    new DataView(buffer).setUint32(16, size);
    assert.throws(() => takeFrom(reader), MalformedRing);
  }
});

test('the reader is told once, and not while it watches', () => {
  const { writer, reader } = makeRing();
  assert.ok(writer.mustTell());
  assert.ok(!writer.mustTell());
  reader.watch(false);
  assert.ok(writer.mustTell());
  reader.watch(true);
  assert.ok(!writer.mustTell());
});

test('who waits for nothing goes on after a time, who waits for what is there at once', () => {
  const { writer, reader } = makeRing();
  const began = performance.now();
  reader.wait(20);
  assert.ok(performance.now() - began >= 15);
  writer.put(1, message(1, 1));
  reader.wait(60_000);
  assert.ok(performance.now() - began < 30_000);
});

test('two threads lose nothing and double nothing', async () => {
  const { buffer, reader } = makeRing(256);
  const kMessages = 20_000;
  const worker = new Worker(new URL('ring-writer.ts', import.meta.url), {
    workerData: { buffer, messages: kMessages },
  });
  for (let expected = 0; expected < kMessages;) {
    const taken = takeFrom(reader);
    if (taken) {
      assert.deepEqual(taken, { tag: expected, bytes: message(expected % 90, expected) });
      ++expected;
    } else reader.wait(1000);
  }
  await worker.terminate();
});
