// SPDX-License-Identifier: Apache-2.0
// File locks of a process (runtime/file_locks.cpp). The kernel knows them, and has a number for each open file that was
// locked: descriptors that are duplicates share it, children inherit it with the file.

import type { FileStream, FileSystem } from './emscripten.ts';
import { errnoNumber } from './errno.ts';
import type { HostFileSystem } from './host-file-system.ts';
import type { Jspi } from './jspi.ts';
import type { KernelConnection } from './kernel-connection.ts';
import { answerOf, request, Request } from './kernel-wire.ts';

/** F_UNLCK */
const kUnlock = 2;
/** What a length of 0 says: up to the end, wherever that will be. */
const kEnd = 2n ** 63n - 1n;

interface LockedFile {
  readonly handle: number;
  readonly file: string;
}

/** [start, end) */
interface RecordLock {
  readonly type: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** Record locks of one file, in the order they were set. Each counts where no later one does. */
interface KeptRecords {
  readonly stream: FileStream;
  readonly records: readonly RecordLock[];
}

export class FileLocks {
  readonly #fs: FileSystem;
  readonly #files: HostFileSystem;
  readonly #connection: KernelConnection;
  /** By what duplicates of a descriptor have in common. */
  readonly #locked = new Map<object, LockedFile>();
  readonly #kept = new Map<string, KeptRecords>();
  #isAlone: boolean;

  /** `isAlone`: no other process sees any file yet. Record locks are then in nobody's way, and cost no request. */
  constructor(fs: FileSystem, files: HostFileSystem, connection: KernelConnection, isAlone: boolean) {
    this.#fs = fs;
    this.#files = files;
    this.#connection = connection;
    this.#isAlone = isAlone;
  }

  get isAlone(): boolean {
    return this.#isAlone;
  }

  /** Sets or removes a record lock. REQUIRES: the process is alone; the descriptor is open. */
  keep(fd: number, type: number, start: bigint, length: bigint): void {
    const stream = this.#fs.streams[fd];
    if (!stream) return;
    const end = length === 0n ? kEnd : start + length;
    const file = this.#fileOf(stream).name;
    const before = this.#kept.get(file)?.records ?? [];
    const records = before.filter((one) => one.start < start || one.end > end);
    const isCut = records.some((one) => one.start < end && start < one.end);
    if (type !== kUnlock || isCut) records.push({ type, start, end });
    if (records.length > 0) this.#kept.set(file, { stream, records });
    else this.#kept.delete(file);
  }

  /** The process is to be alone no longer. */
  share(): void {
    if (!this.#isAlone) return;
    this.#isAlone = false;
    for (const { stream, records } of this.#kept.values()) {
      const handle = this.#open(stream); // at once: who is alone lives with the kernel
      if (typeof handle !== 'number' || handle < 0) continue;
      for (const { type, start, end } of records) this.#setRecord(handle, type, start, end);
    }
    this.#kept.clear();
  }

  /** The kernel's number for the open file of a descriptor, or a negative error. */
  open(fd: number): number | Promise<number> {
    this.share();
    const stream = this.#fs.streams[fd];
    return stream ? this.#open(stream) : -errnoNumber('EBADF');
  }

  /** What open() has given for the stream's file; null when nothing was. */
  handleOf(stream: FileStream): number | null {
    return this.#locked.get(stream.shared)?.handle ?? null;
  }

  /** Has the kernel know these files, because they will be another process's, too. Null when it does already. */
  openAll(streams: readonly FileStream[]): Promise<unknown> | null {
    const opening = streams.map((stream) => this.#open(stream)).filter((one) => typeof one !== 'number');
    return opening.length > 0 ? Promise.all(opening) : null;
  }

  /** For a file that was inherited. */
  adopt(stream: FileStream, handle: number): void {
    this.#locked.set(stream.shared, { handle, file: this.#fileOf(stream).name });
  }

  /** A descriptor is about to be closed: that gives up the process's record locks on its file, whoever set them. */
  closing(fd: number): void {
    const stream = this.#fs.streams[fd];
    if (!stream || this.#locked.size + this.#kept.size === 0) return;
    const own = this.#locked.get(stream.shared);
    const file = own?.file ?? this.#fileOf(stream).name;
    this.#kept.delete(file);
    if (own && !this.#isOpen(own, stream)) {
      this.#locked.delete(stream.shared);
      this.#close(own.handle); // the kernel does the rest
      return;
    }
    const same = own ?? [...this.#locked.values()].find((one) => one.file === file);
    if (same) this.#setRecord(same.handle, kUnlock, 0n, kEnd);
  }

  #open(stream: FileStream): number | Promise<number> {
    const known = this.#locked.get(stream.shared);
    if (known) return known.handle;
    const { device, inode, isOwn } = this.#fileOf(stream);
    const answer = this.#connection.ask(
      request(Request.openLockable).u64(device).u64(inode).flag(isOwn).take(),
    );
    return answer instanceof Uint8Array
      ? this.#opened(stream, answer)
      : answer.reply.then((reply) => this.#opened(stream, reply));
  }

  /** Other threads ran meanwhile: they may have opened it as well, or closed the file. */
  #opened(stream: FileStream, reply: Uint8Array): number {
    const { error, value } = answerOf(reply);
    if (error !== null) return -errnoNumber('ENOLCK');
    const known = this.#locked.get(stream.shared);
    const isOpen = this.#fs.streams.some((one) => one?.shared === stream.shared);
    if (known || !isOpen) {
      this.#close(value);
      return known?.handle ?? -errnoNumber('EBADF');
    }
    this.#locked.set(stream.shared, { handle: value, file: this.#fileOf(stream).name });
    return value;
  }

  /** Whether there is a descriptor for it beside this one. */
  #isOpen({ handle }: LockedFile, except: FileStream): boolean {
    return this.#fs.streams.some(
      (one) => one && one !== except && this.#locked.get(one.shared)?.handle === handle,
    );
  }

  #setRecord(handle: number, type: number, start: bigint, end: bigint): void {
    const message = request(Request.lockRecord).u32(handle).u32(type).u64(start);
    message.u64(end === kEnd ? 0n : end - start);
    this.#connection.tell(message.flag(false).flag(false).flag(false).take());
  }

  #close(handle: number): void {
    this.#connection.tell(request(Request.close).u32(handle).take());
  }

  /** What is not the host's, no other process sees. */
  #fileOf(stream: FileStream) {
    const host = this.#files.identityOf(stream);
    const [device, inode] = host ? [BigInt(host.dev), host.ino] : [0n, BigInt(stream.node.id)];
    return { device, inode, isOwn: host === null, name: `${host ? 'host' : 'own'} ${device} ${inode}` };
  }
}

/** The imports of runtime/host_imports.h. */
export function lockImports(locks: FileLocks, jspi: Jspi | null): WebAssembly.ModuleImports {
  const open = (fd: number) => locks.open(fd);
  return {
    taipan_is_alone: () => Number(locks.isAlone),
    taipan_keep_record: (fd: number, type: number, start: bigint, length: bigint) => {
      locks.keep(fd, type, start, length);
    },
    // Who cannot be suspended is alone, and has its answer at once.
    taipan_lock_open: jspi ? jspi.suspending(open) : open,
  };
}
