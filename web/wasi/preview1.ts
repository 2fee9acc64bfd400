// SPDX-License-Identifier: Apache-2.0
// The numbers and layouts of WASI preview 1 that hosts of our own need.

export const Errno = {
  success: 0,
  acces: 2,
  again: 6,
  badf: 8,
  busy: 10,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  perm: 63,
  spipe: 70,
  notcapable: 76,
} as const;
export type Errno = (typeof Errno)[keyof typeof Errno];

export const FileType = {
  unknown: 0,
  characterDevice: 2,
  directory: 3,
  regularFile: 4,
  symbolicLink: 7,
} as const;
export type FileType = (typeof FileType)[keyof typeof FileType];

export const kAllRights = 0x1fff_ffffn;

/** Those that our hosts look at; the others are had by all. */
export const Right = {
  fdRead: 1n << 1n,
  fdSeek: 1n << 2n,
  fdTell: 1n << 5n,
  fdWrite: 1n << 6n,
  fdAllocate: 1n << 8n,
  fdReaddir: 1n << 14n,
  fdFilestatSetSize: 1n << 22n,
} as const;

export const FdFlag = { append: 1, dataSync: 2, nonBlocking: 4, readSync: 8, sync: 16 } as const;
export const OpenFlag = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;
export const LookupFlag = { followLinks: 1 } as const;
export const TimeFlag = { access: 1, accessNow: 2, modification: 4, modificationNow: 8 } as const;
export const Whence = { start: 0, current: 1, end: 2 } as const;
export const Clock = { realTime: 0, monotonic: 1, processTime: 2, threadTime: 3 } as const;

/** Subscriptions and events of poll_oneoff. */
export const EventType = { clock: 0, read: 1, write: 2 } as const;
/** Where things are in a subscription. */
export const Subscription = { tag: 8, timeout: 24, flags: 40 } as const;
export const kSubscriptionSize = 48;
export const kEventSize = 32;
export const kAbsoluteTime = 1;

export interface Filestat {
  readonly inode: bigint;
  readonly type: FileType;
  readonly links: bigint;
  readonly size: bigint;
  /** Nanoseconds since the epoch: of the last access, of the content, of the status. */
  readonly times: readonly [bigint, bigint, bigint];
}

/** The memory of an instance; views are made anew when it has grown. */
export class InstanceMemory {
  #memory: WebAssembly.Memory | undefined;

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  get buffer(): ArrayBuffer {
    if (this.#memory === undefined) throw new Error('the program has no memory yet');
    return this.#memory.buffer;
  }

  get view(): DataView {
    return new DataView(this.buffer);
  }

  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer, address, length);
  }

  text(address: number, length: number): string {
    return new TextDecoder().decode(this.bytes(address, length));
  }

  setU32(address: number, value: number): void {
    this.view.setUint32(address, value, true);
  }

  setU64(address: number, value: bigint): void {
    this.view.setBigUint64(address, value, true);
  }

  /** The pieces of memory that a vector of `count` buffers names. */
  vector(address: number, count: number): Uint8Array<ArrayBuffer>[] {
    const view = this.view;
    return Array.from({ length: count }, (_, index) =>
      this.bytes(view.getUint32(address + index * 8, true), view.getUint32(address + index * 8 + 4, true)),
    );
  }

  writeFdstat(
    address: number,
    type: FileType,
    flags: number,
    rights: bigint = kAllRights,
    inheriting: bigint = rights,
  ): void {
    this.bytes(address, 24).fill(0);
    const view = this.view;
    view.setUint8(address, type);
    view.setUint16(address + 2, flags, true);
    view.setBigUint64(address + 8, rights, true);
    view.setBigUint64(address + 16, inheriting, true);
  }

  writeFilestat(address: number, { inode, type, links, size, times }: Filestat): void {
    this.bytes(address, 64).fill(0);
    const view = this.view;
    view.setBigUint64(address + 8, inode, true);
    view.setUint8(address + 16, type);
    view.setBigUint64(address + 24, links, true);
    view.setBigUint64(address + 32, size, true);
    for (const [index, time] of times.entries()) view.setBigUint64(address + 40 + index * 8, time, true);
  }
}
