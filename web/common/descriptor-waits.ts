// SPDX-License-Identifier: Apache-2.0
// What threads that wait for the standard input are woken by. Who is woken looks again: another thread may have been
// faster. What the kernel has, the kernel is asked for.

import type { FileSystem } from './emscripten.ts';
import type { GuestMemory } from './guest-memory.ts';
import { OpenFlag } from './host-files.ts';
import type { InputStream } from './standard-streams.ts';
import { isInputPath } from './stdio-devices.ts';

/** struct pollfd: a descriptor, two halves of what is asked and answered. */
const kPolledSize = 8;

export class DescriptorWaits {
  readonly #fs: FileSystem;
  readonly #memory: GuestMemory;
  readonly #input: InputStream;

  constructor(fs: FileSystem, memory: GuestMemory, input: InputStream) {
    this.#fs = fs;
    this.#memory = memory;
    this.#input = input;
  }

  /** What makes a descriptor ready; null when it is, or does not make wait. */
  eventOf(fd: number, isWrite: boolean): Promise<void> | null {
    const stream = this.#fs.streams[fd];
    if (!stream || isWrite || (stream.flags & OpenFlag.nonBlocking) !== 0) return null;
    // Descriptor 0 may have become a file meanwhile, and those never make wait.
    return isInputPath(stream.path) && !this.#input.ready ? this.#input.whenReady() : null;
  }

  /** What may make one of these ready, none of which is. */
  eventOfAny(polled: number, count: number): Promise<void> | undefined {
    return this.hasInput(polled, count) ? this.#input.whenReady() : undefined;
  }

  /** Whether the standard input is among these and has nothing yet. */
  hasInput(polled: number, count: number): boolean {
    for (let index = 0; index < count; ++index) {
      const fd = this.#memory.view.getInt32(polled + index * kPolledSize, true);
      const stream = this.#fs.streams[fd];
      if (stream && isInputPath(stream.path) && !this.#input.ready) return true;
    }
    return false;
  }
}
