// SPDX-License-Identifier: Apache-2.0
// A ring of messages in memory that two threads share: one writes, the other reads, neither waits for the other. Where
// there is room, it is faster than the host's own messages, and is read without a turn of the event loop.

/** Words in front of the bytes. Both counts are of bytes since the beginning, modulo 2^32. */
const Word = { written: 0, taken: 1, watched: 2 } as const;
const kWords = 4;
const kBegin = kWords * Int32Array.BYTES_PER_ELEMENT;
/** Before each message: its size and its tag. */
const kHeader = 8;

/** Where a message should stand there can be none. */
export class MalformedRing extends Error {
  constructor() {
    super('there is no such message');
  }
}

/** `tag` is what the two sides agree upon, 32 bits; the bytes are there during the call only. */
export type UseMessage = (tag: number, bytes: Uint8Array) => void;

/** REQUIRES: `capacity` is a power of two. */
export function newRing(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(kBegin + capacity);
}

class Ring {
  readonly words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #header = new Uint8Array(kHeader);
  readonly #view = new DataView(this.#header.buffer);

  constructor(buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer, 0, kWords);
    this.#bytes = new Uint8Array(buffer, kBegin);
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  copyIn(at: number, bytes: Uint8Array): void {
    const start = at & (this.capacity - 1);
    const first = Math.min(bytes.length, this.capacity - start);
    this.#bytes.set(bytes.subarray(0, first), start);
    this.#bytes.set(bytes.subarray(first), 0);
  }

  /** A copy only of what goes round the end. */
  view(at: number, size: number): Uint8Array {
    const start = at & (this.capacity - 1);
    if (start + size <= this.capacity) return this.#bytes.subarray(start, start + size);
    const whole = new Uint8Array(size);
    const first = this.capacity - start;
    whole.set(this.#bytes.subarray(start));
    whole.set(this.#bytes.subarray(0, size - first), first);
    return whole;
  }

  setHeader(at: number, size: number, tag: number): void {
    this.#view.setUint32(0, size);
    this.#view.setUint32(4, tag);
    this.copyIn(at, this.#header);
  }

  header(at: number): { readonly size: number; readonly tag: number } {
    this.#header.set(this.view(at, kHeader));
    return { size: this.#view.getUint32(0), tag: this.#view.getUint32(4) };
  }
}

export class RingWriter {
  readonly #ring: Ring;

  constructor(buffer: SharedArrayBuffer) {
    this.#ring = new Ring(buffer);
  }

  /** False when there is no room for it. */
  put(tag: number, bytes: Uint8Array): boolean {
    const { words, capacity } = this.#ring;
    const written = Atomics.load(words, Word.written);
    const used = (written - Atomics.load(words, Word.taken)) >>> 0;
    if (used + kHeader + bytes.length > capacity) return false;
    this.#ring.setHeader(written, bytes.length, tag);
    this.#ring.copyIn(written + kHeader, bytes);
    Atomics.store(words, Word.written, (written + kHeader + bytes.length) | 0);
    return true;
  }

  /** Wakes the reader if it waits here. */
  wake(): void {
    Atomics.notify(this.#ring.words, Word.written);
  }

  /** Whether the reader has to be told in another way, since it does not watch; it is taken to have been afterwards. */
  mustTell(): boolean {
    return Atomics.exchange(this.#ring.words, Word.watched, 1) === 0;
  }
}

export class RingReader {
  readonly #ring: Ring;

  constructor(buffer: SharedArrayBuffer) {
    this.#ring = new Ring(buffer);
  }

  /** Hands on the oldest message; false when there is none. Throws a MalformedRing when what stands there cannot be one. */
  take(use: UseMessage): boolean {
    const { words, capacity } = this.#ring;
    const taken = Atomics.load(words, Word.taken);
    const used = (Atomics.load(words, Word.written) - taken) >>> 0;
    if (used === 0) return false;
    const { size, tag } = this.#ring.header(taken);
    if (used > capacity || kHeader + size > used) throw new MalformedRing();
    try {
      use(tag, this.#ring.view(taken + kHeader, size));
    } finally {
      Atomics.store(words, Word.taken, (taken + kHeader + size) | 0);
    }
    return true;
  }

  /** Says whether the reader looks by itself. What was put before it said no is there when it looks once more. */
  watch(isWatching: boolean): void {
    Atomics.store(this.#ring.words, Word.watched, isWatching ? 1 : 0);
  }

  /** Blocks the thread until something is put, for so many milliseconds at most. */
  wait(milliseconds: number): void {
    const { words } = this.#ring;
    const taken = Atomics.load(words, Word.taken);
    // What was put and not taken makes the two differ.
    Atomics.wait(words, Word.written, taken, milliseconds);
  }
}
