// SPDX-License-Identifier: Apache-2.0
// The interpreter's linear memory, read and written as its C library lays things out (musl on wasm32).
// Views are made anew when the memory has grown, because growing detaches the old buffer.

import type { HostStat } from './host-files.ts';
import { bytesFromText, textFromBytes } from './path-text.ts';

/** Offsets in struct stat, struct dirent and struct timespec. */
const Stat = {
  dev: 0,
  mode: 4,
  nlink: 8,
  uid: 12,
  gid: 16,
  rdev: 20,
  fileSize: 24,
  blksize: 32,
  blocks: 36,
  atime: 40,
  mtime: 56,
  ctime: 72,
  ino: 88,
} as const;
const Dirent = { size: 280, ino: 0, next: 8, recordLength: 16, type: 18, name: 19 } as const;
const Timespec = { size: 16, seconds: 0, nanoseconds: 8 } as const;

const kNanosecondsPerSecond = 1_000_000_000n;

export const kDirentSize = Dirent.size;

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    this.#refresh();
    return this.#bytes;
  }

  get view(): DataView<ArrayBuffer> {
    this.#refresh();
    return this.#view;
  }

  readText(pointer: number): string {
    const bytes = this.bytes;
    return textFromBytes(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
  }

  /** Writes at most `room` bytes and no terminator, as readlink does; returns how many there would be. */
  writeText(pointer: number, text: string, room: number): number {
    const encoded = bytesFromText(text);
    this.bytes.set(encoded.subarray(0, room), pointer);
    return encoded.length;
  }

  writeStat(pointer: number, stat: HostStat): void {
    const view = this.view;
    view.setInt32(pointer + Stat.dev, stat.dev, true);
    view.setInt32(pointer + Stat.mode, stat.mode, true);
    view.setUint32(pointer + Stat.nlink, stat.nlink, true);
    view.setInt32(pointer + Stat.uid, stat.uid, true);
    view.setInt32(pointer + Stat.gid, stat.gid, true);
    view.setInt32(pointer + Stat.rdev, stat.rdev, true);
    view.setBigInt64(pointer + Stat.fileSize, BigInt(stat.size), true);
    view.setInt32(pointer + Stat.blksize, stat.blksize, true);
    view.setInt32(pointer + Stat.blocks, stat.blocks, true);
    this.#writeTime(pointer + Stat.atime, stat.atimeNs);
    this.#writeTime(pointer + Stat.mtime, stat.mtimeNs);
    this.#writeTime(pointer + Stat.ctime, stat.ctimeNs);
    view.setBigUint64(pointer + Stat.ino, BigInt.asUintN(64, stat.ino), true);
  }

  /** Changes what writeStat, or somebody else's, wrote as the best size of reads and writes. */
  writeBlockSize(pointer: number, size: number): void {
    this.view.setInt32(pointer + Stat.blksize, size, true);
  }

  /** REQUIRES: `name` fits in 255 bytes, which is every file system's limit. */
  writeDirent(pointer: number, entry: { name: string; ino: bigint; type: number; next: number }): void {
    const view = this.view;
    view.setBigUint64(pointer + Dirent.ino, BigInt.asUintN(64, entry.ino), true);
    view.setBigInt64(pointer + Dirent.next, BigInt(entry.next), true);
    view.setUint16(pointer + Dirent.recordLength, Dirent.size, true);
    view.setUint8(pointer + Dirent.type, entry.type);
    const length = Math.min(this.writeText(pointer + Dirent.name, entry.name, 255), 255);
    view.setUint8(pointer + Dirent.name + length, 0);
  }

  /** The two times of utimensat, as seconds and nanoseconds. */
  readTimespec(pointer: number, index: number): { seconds: bigint; nanoseconds: number } {
    const at = pointer + index * Timespec.size;
    return {
      seconds: this.view.getBigInt64(at + Timespec.seconds, true),
      nanoseconds: this.view.getInt32(at + Timespec.nanoseconds, true),
    };
  }

  #writeTime(pointer: number, nanoseconds: bigint): void {
    // Times before 1970 have negative seconds and still a positive fraction.
    let fraction = nanoseconds % kNanosecondsPerSecond;
    if (fraction < 0n) fraction += kNanosecondsPerSecond;
    const seconds = (nanoseconds - fraction) / kNanosecondsPerSecond;
    this.#view.setBigInt64(pointer + Timespec.seconds, seconds, true);
    this.#view.setInt32(pointer + Timespec.nanoseconds, Number(fraction), true);
  }

  #refresh(): void {
    if (this.#bytes.buffer === this.#memory.buffer) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}
