// SPDX-License-Identifier: Apache-2.0
// A pipe: bytes between descriptors of the program, as many as fit.

import { HostError } from './errno.ts';

/** What Linux has. */
const kCapacity = 65536;
/** So many bytes are written at once or not at all. */
const kAtomic = 4096;

/** Of poll(). */
export const kPoll = {
  in: 0x001,
  out: 0x004,
  error: 0x008,
  hangUp: 0x010,
  readable: 0x040,
  writable: 0x100,
} as const;

export class Pipe {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #readers = 1;
  #writers = 1;
  readonly #changed: () => void;

  /** `changed` is called when who waits for the pipe should look again. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A descriptor more (1) or fewer (-1). */
  countReaders(by: number): void {
    this.#readers += by;
    if (this.#readers === 0) this.#chunks = [];
    this.#changed();
  }

  countWriters(by: number): void {
    this.#writers += by;
    this.#changed();
  }

  get readEvents(): number {
    const bytes = this.#size > 0 ? kPoll.in | kPoll.readable : 0;
    return bytes | (this.#writers === 0 ? kPoll.hangUp : 0);
  }

  get writeEvents(): number {
    if (this.#readers === 0) return kPoll.out | kPoll.writable | kPoll.error;
    return kCapacity - this.#size >= kAtomic ? kPoll.out | kPoll.writable : 0;
  }

  /** How many bytes it gave; 0 is the end. Throws EAGAIN when there are none yet. */
  read(into: Uint8Array): number {
    if (this.#size === 0 && this.#writers > 0 && into.length > 0) throw new HostError('EAGAIN');
    let given = 0;
    while (given < into.length) {
      const chunk = this.#chunks[0];
      if (!chunk) break;
      const part = chunk.subarray(0, into.length - given);
      into.set(part, given);
      given += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#size -= given;
    if (given > 0) this.#changed();
    return given;
  }

  /** How many bytes it took. Throws EAGAIN when there is no room, EPIPE when nobody reads. */
  write(bytes: Uint8Array): number {
    if (this.#readers === 0) throw new HostError('EPIPE');
    const room = kCapacity - this.#size;
    if (bytes.length > 0 && (room === 0 || (bytes.length <= kAtomic && room < bytes.length)))
      throw new HostError('EAGAIN');
    const taken = bytes.slice(0, room);
    if (taken.length > 0) {
      this.#chunks.push(taken);
      this.#size += taken.length;
      this.#changed();
    }
    return taken.length;
  }
}
