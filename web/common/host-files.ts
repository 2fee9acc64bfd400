// SPDX-License-Identifier: Apache-2.0
// The files of a host as the interpreter needs them: one synchronous call per POSIX call, paths absolute.
// Node answers from node:fs, the browser worker from the web server, an archive from memory.
//
// Every method throws a HostError (or an object with the same `code`) when the host refuses.

/** What a status says of a node that is no file: nobody's, and empty. */
export const kStatOfNoFile = {
  nlink: 1,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 4096,
  blocks: 0,
} as const;

export interface HostStat {
  readonly dev: number;
  readonly ino: bigint;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export interface HostEntry {
  readonly name: string;
  readonly ino: bigint;
  readonly mode: number;
}

/** A handle is whatever number the host hands out; it means nothing outside of its HostFiles. */
export type Handle = number;

/** Nanoseconds since the epoch, or what utimensat has special numbers for. */
export type FileTime = bigint | 'now' | 'omit';

/** The modes of open and mkdir are final: the program's file creation mask is applied already, the host has none. */
export interface HostFiles {
  stat(path: string): HostStat;
  lstat(path: string): HostStat;
  readdir(path: string): HostEntry[];
  readlink(path: string): string;
  realpath(path: string): string;
  access(path: string, mode: number): void;
  mkdir(path: string, mode: number): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  link(from: string, to: string): void;
  /** Follows links. */
  chmod(path: string, mode: number): void;
  /** An id of -1 stays as it is. */
  chown(path: string, uid: number, gid: number, follow: boolean): void;
  utimes(path: string, atime: FileTime, mtime: FileTime, follow: boolean): void;
  truncate(path: string, size: number): void;

  /** `flags` are the C library's O_* bits (OpenFlag below). */
  open(path: string, flags: number, mode: number): Handle;
  close(handle: Handle): void;
  /** Another handle of the same file, for another process of ours; not every host can. */
  duplicate?(handle: Handle, flags: number): Handle;
  fstat(handle: Handle): HostStat;
  /** `position` null reads at the host's own position, for what cannot seek. */
  read(handle: Handle, into: Uint8Array, position: number | null): number;
  write(handle: Handle, from: Uint8Array, position: number | null): number;
  ftruncate(handle: Handle, size: number): void;
  fchmod(handle: Handle, mode: number): void;
  fchown(handle: Handle, uid: number, gid: number): void;
  futimes(handle: Handle, atime: FileTime, mtime: FileTime): void;
  fsync(handle: Handle): void;
}

/** File type bits of st_mode; every system we know agrees on them. */
export const S_IFMT = 0o170000;
export const S_IFREG = 0o100000;
export const S_IFDIR = 0o040000;
export const S_IFLNK = 0o120000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_IFSOCK = 0o140000;

export function fileType(mode: number): number {
  return mode & S_IFMT;
}

/** O_* bits of the interpreter's C library. */
export const OpenFlag = {
  accessMode: 3,
  writeOnly: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  noControllingTerminal: 0o400,
  truncate: 0o1000,
  append: 0o2000,
  nonBlocking: 0o4000,
  dataSync: 0o10000,
  directory: 0o200000,
  noFollow: 0o400000,
  closeOnExec: 0o2000000,
  sync: 0o4010000,
} as const;

/** What opening a file again must not do. */
export const kOpenOnce = OpenFlag.truncate | OpenFlag.create | OpenFlag.exclusive;
