// SPDX-License-Identifier: Apache-2.0
// The machine's files over the bridge. The server keeps them inside of the folders the program was given.

import type { FileTime, Handle, HostEntry, HostFiles, HostStat } from '../common/host-files.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import type { JsonObject, JsonValue, Reply } from './bridge-message.ts';
import type { Bridge } from './bridge.ts';

export class BridgeFiles implements HostFiles {
  readonly #bridge: Bridge;
  /** What open() answered beside the handle: good for the fstat() that follows at once, forgotten by any other call. */
  #opened: { readonly handle: Handle; readonly stat: HostStat; readonly until: number } | null = null;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  stat(path: string): HostStat {
    return statOf(this.#values('stat', { path, follow: true }));
  }

  lstat(path: string): HostStat {
    return statOf(this.#values('stat', { path, follow: false }));
  }

  readdir(path: string): HostEntry[] {
    const { entries } = this.#values('readdir', { path });
    return (entries as JsonObject[]).map((entry) => ({
      name: entry['name'] as string,
      ino: BigInt(entry['ino'] as string),
      mode: entry['mode'] as number,
    }));
  }

  readlink(path: string): string {
    return this.#values('readlink', { path })['path'] as string;
  }

  realpath(path: string): string {
    return this.#values('realpath', { path })['path'] as string;
  }

  access(path: string, mode: number): void {
    this.#values('access', { path, mode });
  }

  mkdir(path: string, mode: number): void {
    this.#values('mkdir', { path, mode });
  }

  rmdir(path: string): void {
    this.#values('rmdir', { path });
  }

  unlink(path: string): void {
    this.#values('unlink', { path });
  }

  rename(from: string, to: string): void {
    this.#values('rename', { path: from, to });
  }

  symlink(target: string, path: string): void {
    this.#values('symlink', { path, target });
  }

  link(from: string, to: string): void {
    this.#values('link', { path: from, to });
  }

  chmod(path: string, mode: number): void {
    this.#values('chmod', { path, mode });
  }

  chown(path: string, uid: number, gid: number, follow: boolean): void {
    this.#values('chown', { path, uid, gid, follow });
  }

  utimes(path: string, atime: FileTime, mtime: FileTime, follow: boolean): void {
    this.#values('utimes', { path, atime: String(atime), mtime: String(mtime), follow });
  }

  truncate(path: string, size: number): void {
    this.#values('truncate', { path, size });
  }

  open(path: string, flags: number, mode: number): Handle {
    const values = this.#values('open', { path, flags, mode });
    const handle = values['handle'] as number;
    const stat = statOf(values['stat'] as JsonObject);
    this.#opened = { handle, stat, until: performance.now() + kFreshMs };
    return handle;
  }

  close(handle: Handle): void {
    this.#values('close', { handle });
  }

  duplicate(handle: Handle): Handle {
    return this.#values('duplicate', { handle })['handle'] as Handle;
  }

  /** Where the open file stands for all who have a duplicate; moves it there first, if there is one to move to. */
  seek(handle: Handle, position: number | null): number {
    return this.#values('seek', { handle, position })['position'] as number;
  }

  fstat(handle: Handle): HostStat {
    const opened = this.#opened;
    if (opened?.handle === handle && performance.now() < opened.until) return opened.stat;
    return statOf(this.#values('fstat', { handle }));
  }

  read(handle: Handle, into: Uint8Array, position: number | null): number {
    const { bytes } = this.#call('fs/read', { handle, length: into.length, position });
    into.set(bytes);
    return bytes.length;
  }

  write(handle: Handle, from: Uint8Array, position: number | null): number {
    const part = from.subarray(0, kLargestWrite);
    return this.#call('fs/write', { handle, position }, part).values['count'] as number;
  }

  ftruncate(handle: Handle, size: number): void {
    this.#values('ftruncate', { handle, size });
  }

  fchmod(handle: Handle, mode: number): void {
    this.#values('fchmod', { handle, mode });
  }

  fchown(handle: Handle, uid: number, gid: number): void {
    this.#values('fchown', { handle, uid, gid });
  }

  futimes(handle: Handle, atime: FileTime, mtime: FileTime): void {
    this.#values('futimes', { handle, atime: String(atime), mtime: String(mtime) });
  }

  fsync(handle: Handle): void {
    this.#values('fsync', { handle });
  }

  #values(operation: string, values: JsonObject): JsonObject {
    return this.#call(`fs/${operation}`, values).values;
  }

  #call(operation: string, values: JsonObject, bytes?: Uint8Array): Reply {
    this.#opened = null;
    return this.#bridge.call(operation, values, bytes);
  }
}

/** Positions of files that several processes have open: each asks the server by its own handle. */
export class BridgePositions implements SharedPositions {
  readonly #files: BridgeFiles;

  constructor(files: BridgeFiles) {
    this.#files = files;
  }

  add(handle: Handle): number {
    return handle;
  }

  adopt(_place: number, handle: Handle): number {
    return handle;
  }

  get(place: number): number {
    return this.#files.seek(place, null);
  }

  set(place: number, position: number): void {
    this.#files.seek(place, position);
  }
}

/** Long enough for the interpreter to come round to fstat(), too short for anybody else to have written. */
const kFreshMs = 20;

/** The server refuses larger requests; the program writes the rest again, as POSIX lets it. */
const kLargestWrite = 16 * 1024 * 1024;

function statOf(values: JsonObject): HostStat {
  const number = (name: string): number => values[name] as number;
  const wide = (value: JsonValue | undefined): bigint => BigInt(value as string);
  return {
    dev: number('dev'),
    ino: wide(values['ino']),
    mode: number('mode'),
    nlink: number('nlink'),
    uid: number('uid'),
    gid: number('gid'),
    rdev: number('rdev'),
    size: number('size'),
    blksize: number('blksize'),
    blocks: number('blocks'),
    atimeNs: wide(values['atime']),
    mtimeNs: wide(values['mtime']),
    ctimeNs: wide(values['ctime']),
  };
}
