// SPDX-License-Identifier: Apache-2.0
// The machine's files, by node:fs.

import fs from 'node:fs';
import type { FileTime, Handle, HostEntry, HostFiles, HostStat } from '../common/host-files.ts';
import { OpenFlag } from '../common/host-files.ts';
import { bytesFromText, textFromBytes } from '../common/path-text.ts';

const kNanosecondsPerSecond = 1_000_000_000;

/** The C library's bits are Linux's on x86; other machines and systems number some of them differently. */
const kOpenFlags: readonly (readonly [guest: number, host: number])[] = [
  [OpenFlag.writeOnly, fs.constants.O_WRONLY],
  [OpenFlag.readWrite, fs.constants.O_RDWR],
  [OpenFlag.create, fs.constants.O_CREAT],
  [OpenFlag.exclusive, fs.constants.O_EXCL],
  [OpenFlag.noControllingTerminal, fs.constants.O_NOCTTY],
  [OpenFlag.truncate, fs.constants.O_TRUNC],
  [OpenFlag.append, fs.constants.O_APPEND],
  [OpenFlag.nonBlocking, fs.constants.O_NONBLOCK],
  [OpenFlag.dataSync, fs.constants.O_DSYNC],
  [OpenFlag.directory, fs.constants.O_DIRECTORY],
  [OpenFlag.noFollow, fs.constants.O_NOFOLLOW],
];

function hostFlags(flags: number): number {
  let result = 0;
  for (const [guest, host] of kOpenFlags) {
    if ((flags & guest) === guest) result |= host;
  }
  return result;
}

/** Node takes names that are not UTF-8 as bytes. */
function hostPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(bytesFromText(path));
}

function statOf(stat: fs.BigIntStats): HostStat {
  return {
    dev: Number(stat.dev),
    ino: stat.ino,
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    rdev: Number(stat.rdev),
    size: Number(stat.size),
    blksize: Number(stat.blksize),
    blocks: Number(stat.blocks),
    atimeNs: stat.atimeNs,
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
  };
}

/**
 * node:fs takes seconds as a double and libuv keeps microseconds of it, so the last three digits are lost. Negative
 * numbers it takes for nonsense; times before 1970 have to be Dates.
 */
function nodeTime(time: FileTime, before: bigint): number | Date {
  if (time === 'now') return Date.now() / 1000;
  const nanoseconds = Number(time === 'omit' ? before : time);
  return nanoseconds >= 0 ? nanoseconds / kNanosecondsPerSecond : new Date(nanoseconds / 1e6);
}

const kBigint = { bigint: true } as const;

export const nodeFiles: HostFiles = {
  stat: (path) => statOf(fs.statSync(hostPath(path), kBigint)),
  lstat: (path) => statOf(fs.lstatSync(hostPath(path), kBigint)),
  readdir: (path) => {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    return fs
      .readdirSync(hostPath(path), { encoding: 'buffer' })
      .map((bytes) => entryOf(prefix, textFromBytes(bytes as unknown as Uint8Array)))
      .filter((entry) => entry !== null);
  },
  readlink: (path) => textFromBytes(fs.readlinkSync(hostPath(path), { encoding: 'buffer' })),
  realpath: (path) => textFromBytes(fs.realpathSync.native(hostPath(path), { encoding: 'buffer' })),
  access: (path, mode) => {
    fs.accessSync(hostPath(path), mode);
  },
  mkdir: (path, mode) => {
    fs.mkdirSync(hostPath(path), { mode });
  },
  rmdir: (path) => {
    fs.rmdirSync(hostPath(path));
  },
  unlink: (path) => {
    fs.unlinkSync(hostPath(path));
  },
  rename: (from, to) => {
    fs.renameSync(hostPath(from), hostPath(to));
  },
  symlink: (target, path) => {
    fs.symlinkSync(hostPath(target), hostPath(path));
  },
  link: (from, to) => {
    fs.linkSync(hostPath(from), hostPath(to));
  },
  chmod: (path, mode) => {
    fs.chmodSync(hostPath(path), mode);
  },
  utimes: (path, atime, mtime, follow) => {
    const before = (follow ? fs.statSync : fs.lstatSync)(hostPath(path), kBigint);
    const set = follow ? fs.utimesSync : fs.lutimesSync;
    set(hostPath(path), nodeTime(atime, before.atimeNs), nodeTime(mtime, before.mtimeNs));
  },
  truncate: (path, size) => {
    fs.truncateSync(hostPath(path), size);
  },

  open: (path, flags, mode): Handle => fs.openSync(hostPath(path), hostFlags(flags), mode),
  close: (handle) => {
    fs.closeSync(handle);
  },
  fstat: (handle) => statOf(fs.fstatSync(handle, kBigint)),
  read: (handle, into, position) => fs.readSync(handle, into, 0, into.length, position),
  write: (handle, from, position) => fs.writeSync(handle, from, 0, from.length, position),
  ftruncate: (handle, size) => {
    fs.ftruncateSync(handle, size);
  },
  fchmod: (handle, mode) => {
    fs.fchmodSync(handle, mode);
  },
  futimes: (handle, atime, mtime) => {
    const before = fs.fstatSync(handle, kBigint);
    fs.futimesSync(handle, nodeTime(atime, before.atimeNs), nodeTime(mtime, before.mtimeNs));
  },
  fsync: (handle) => {
    fs.fsyncSync(handle);
  },
};

/** Null when the entry went away while the directory was read. */
function entryOf(prefix: string, name: string): HostEntry | null {
  const stat = fs.lstatSync(hostPath(prefix + name), { bigint: true, throwIfNoEntry: false });
  return stat ? { name, ino: stat.ino, mode: Number(stat.mode) } : null;
}
