// SPDX-License-Identifier: Apache-2.0
// What a program of WASI has opened, by number, and what it may do with it.

import { MemoryFile, type MemoryFolder } from './memory-files.ts';
import { Errno, FileType, Right, kAllRights } from './preview1.ts';
import { Refusal } from './refusal.ts';

/** What stands for a stream of the page: 0, 1 or 2. */
export class StreamEnd {
  readonly type = FileType.characterDevice;
  readonly number: 0 | 1 | 2;

  constructor(number: 0 | 1 | 2) {
    this.number = number;
  }
}

export type Opened = MemoryFile | MemoryFolder | StreamEnd;

export class Descriptor {
  readonly target: Opened;
  rights: bigint;
  inheriting: bigint;
  flags: number;
  position = 0;
  /** What the folder held when its reading began, as WASI encodes it. */
  listing: readonly Uint8Array[] = [];
  /** Its name, when it was there from the start. */
  readonly preopened: string | undefined;

  constructor(target: Opened, rights: bigint, inheriting: bigint, flags: number, preopened?: string) {
    this.target = target;
    this.rights = rights;
    this.inheriting = inheriting;
    this.flags = flags;
    this.preopened = preopened;
  }

  require(rights: bigint): void {
    if ((this.rights & rights) !== rights) throw new Refusal(Errno.notcapable);
  }

  /** What is no file is refused. */
  requireFile(): MemoryFile {
    const { target } = this;
    if (target instanceof MemoryFile) return target;
    throw new Refusal(target instanceof StreamEnd ? Errno.spipe : Errno.isdir);
  }

  /** What is no folder is refused. */
  requireFolder(): MemoryFolder {
    const { target } = this;
    if (target instanceof StreamEnd || target instanceof MemoryFile) throw new Refusal(Errno.notdir);
    return target;
  }
}

// Without these two a character device is a terminal for the C library.
const kSeeking = Right.fdSeek | Right.fdTell;

export class DescriptorTable {
  readonly #open = new Map<number, Descriptor>();

  /** The three streams, and the root as the only folder. */
  constructor(root: MemoryFolder) {
    const streamRights = kAllRights & ~kSeeking;
    for (const number of [0, 1, 2] as const)
      this.#open.set(number, new Descriptor(new StreamEnd(number), streamRights, streamRights, 0));
    this.#open.set(3, new Descriptor(root, kAllRights, kAllRights, 0, '/'));
  }

  get(fd: number): Descriptor {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) throw new Refusal(Errno.badf);
    return descriptor;
  }

  /** The lowest number that is free. */
  add(descriptor: Descriptor): number {
    let fd = 0;
    while (this.#open.has(fd)) ++fd;
    this.#open.set(fd, descriptor);
    return fd;
  }

  close(fd: number): void {
    if (!this.#open.delete(fd)) throw new Refusal(Errno.badf);
  }

  /** `to` becomes what `from` was; what it was before is closed. */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from);
    this.get(to);
    this.#open.delete(from);
    this.#open.set(to, descriptor);
  }
}
