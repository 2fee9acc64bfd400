// SPDX-License-Identifier: Apache-2.0
// The numbers and layouts of WASI preview 1 that hosts of our own need.

export const Errno = {
  success: 0,
  acces: 2,
  again: 6,
  badf: 8,
  exist: 20,
  inval: 28,
  io: 29,
  isdir: 31,
  noent: 44,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  spipe: 70,
  notcapable: 76,
} as const;
export type Errno = (typeof Errno)[keyof typeof Errno];

export const FileType = { unknown: 0, characterDevice: 2, directory: 3, regularFile: 4 } as const;
export type FileType = (typeof FileType)[keyof typeof FileType];

/** Where things are in what poll_oneoff is given; the tag of clocks is 0. */
export const Subscription = { tag: 8, timeout: 24, flags: 40 } as const;
export const kEventSize = 32;

export const kAllRights = 0x1fff_ffffn;

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

  writeFdstat(address: number, type: FileType, flags: number): void {
    this.bytes(address, 24).fill(0);
    const view = this.view;
    view.setUint8(address, type);
    view.setUint16(address + 2, flags, true);
    view.setBigUint64(address + 8, kAllRights, true);
    view.setBigUint64(address + 16, kAllRights, true);
  }

  writeFilestat(address: number, type: FileType, size: bigint, inode: bigint, nanoseconds: bigint): void {
    this.bytes(address, 64).fill(0);
    const view = this.view;
    view.setBigUint64(address + 8, inode, true);
    view.setUint8(address + 16, type);
    view.setBigUint64(address + 24, 1n, true);
    view.setBigUint64(address + 32, size, true);
    for (const offset of [40, 48, 56]) view.setBigUint64(address + offset, nanoseconds, true);
  }
}
