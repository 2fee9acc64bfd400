// SPDX-License-Identifier: Apache-2.0
// What threads that wait for descriptors are woken by. Who is woken looks again: another thread may have been faster.

import type { FileSystem } from './emscripten.ts';
import type { GuestMemory } from './guest-memory.ts';
import { kNonBlocking } from './pipe-calls.ts';
import { kPoll, Pipe } from './pipe.ts';
import type { InputStream } from './standard-streams.ts';
import { kInputPath } from './stdio-devices.ts';

/** struct pollfd: a descriptor, two halves of what is asked and answered. */
const kPolledSize = 8;

export class DescriptorWaits {
  readonly #fs: FileSystem;
  readonly #memory: GuestMemory;
  readonly #input: InputStream;
  #waking: (() => void)[] = [];

  constructor(fs: FileSystem, memory: GuestMemory, input: InputStream) {
    this.#fs = fs;
    this.#memory = memory;
    this.#input = input;
  }

  /** To be called when a pipe has changed. */
  readonly changed = (): void => {
    const waking = this.#waking;
    if (waking.length === 0) return;
    this.#waking = [];
    for (const wake of waking) wake();
  };

  /** What makes a descriptor ready; null when it is, or does not make wait. */
  eventOf(fd: number, isWrite: boolean): Promise<void> | null {
    const stream = this.#fs.streams[fd];
    if (!stream || (stream.flags & kNonBlocking) !== 0) return null;
    // Descriptor 0 may have become a file meanwhile, and those never make wait.
    if (!isWrite && stream.path === kInputPath) return this.#input.ready ? null : this.#input.whenReady();
    if (!(stream.pipe instanceof Pipe)) return null;
    const events = isWrite ? stream.pipe.writeEvents : stream.pipe.readEvents;
    return events & (kPoll.in | kPoll.out | kPoll.hangUp | kPoll.error) ? null : this.#next();
  }

  /** What may make one of these ready, none of which is. */
  eventOfAny(polled: number, count: number): Promise<void> {
    for (let index = 0; index < count; ++index) {
      const fd = this.#memory.view.getInt32(polled + index * kPolledSize, true);
      if (this.#fs.streams[fd]?.path === kInputPath && !this.#input.ready)
        return Promise.race([this.#next(), this.#input.whenReady()]);
    }
    return this.#next();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waking.push(resolve);
    });
  }
}
