// SPDX-License-Identifier: Apache-2.0
// The machine's files, by node:fs.

import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { FileTime, Handle, HostEntry, HostFiles, HostStat } from '../common/host-files.ts';
import { OpenFlag } from '../common/host-files.ts';
import { bytesFromText, textFromBytes } from '../common/path-text.ts';

const kNanosecondsPerSecond = 1_000_000_000n;
/** Below this a double tells half nanoseconds apart. */
const kExactSeconds = 2 ** 21;

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

/** What the process hands on to programs it starts, so it is only lifted for as long as a call takes. */
function unmasked<T>(create: () => T): T {
  if (!isMainThread) return create(); // there it is lifted as long as there are Workers
  const mask = process.umask(0);
  try {
    return create();
  } finally {
    process.umask(mask);
  }
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
 * node:fs takes seconds as a double, so of today's times it keeps the nearest 240 nanoseconds; the seconds and their
 * fraction are rounded one by one here, which is how Python makes its own float of what it is told afterwards. libuv
 * has numbers for "now" and for "leave it", which node:fs lets through as a text and as a Date. Negative numbers it
 * takes for nonsense, unless they are texts.
 */
function nodeTime(time: FileTime): string | number | Date {
  if (time === 'now') return 'Infinity';
  if (time === 'omit') return new Date(NaN);
  const fraction = ((time % kNanosecondsPerSecond) + kNanosecondsPerSecond) % kNanosecondsPerSecond;
  const whole = Number((time - fraction) / kNanosecondsPerSecond);
  // libuv cuts off what is less than a nanosecond. Small times have room for half of one, to end above the cut.
  const half = Math.abs(whole) < kExactSeconds ? 0.5 : 0;
  const seconds = whole + (Number(fraction) + (whole < 0 ? -half : half)) / 1e9;
  return seconds < 0 ? String(seconds) : seconds;
}

/** There is no other way to ask; nothing else runs meanwhile. */
export function processUmask(): number {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask;
}

/** Opening one of these opens its file again, even when it has no name any more. */
const kDescriptors = process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd';

const kBigint = { bigint: true } as const;

export const nodeFiles = {
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
    unmasked(() => fs.mkdirSync(hostPath(path), { mode }));
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
  chown: (path, uid, gid, follow) => {
    (follow ? fs.chownSync : fs.lchownSync)(hostPath(path), uid, gid);
  },
  utimes: (path, atime, mtime, follow) => {
    (follow ? fs.utimesSync : fs.lutimesSync)(hostPath(path), nodeTime(atime), nodeTime(mtime));
  },
  truncate: (path, size) => {
    fs.truncateSync(hostPath(path), size);
  },

  open: (path, flags, mode): Handle => {
    const open = () => fs.openSync(hostPath(path), hostFlags(flags), mode);
    return flags & OpenFlag.create ? unmasked(open) : open();
  },
  close: (handle) => {
    fs.closeSync(handle);
  },
  duplicate: (handle, flags) =>
    fs.openSync(`${kDescriptors}/${String(handle)}`, hostFlags(flags & ~OpenFlag.noFollow)),
  fstat: (handle) => statOf(fs.fstatSync(handle, kBigint)),
  read: (handle, into, position) => fs.readSync(handle, into, 0, into.length, position),
  write: (handle, from, position) => fs.writeSync(handle, from, 0, from.length, position),
  ftruncate: (handle, size) => {
    fs.ftruncateSync(handle, size);
  },
  fchmod: (handle, mode) => {
    fs.fchmodSync(handle, mode);
  },
  fchown: (handle, uid, gid) => {
    fs.fchownSync(handle, uid, gid);
  },
  futimes: (handle, atime, mtime) => {
    fs.futimesSync(handle, nodeTime(atime), nodeTime(mtime));
  },
  fsync: (handle) => {
    fs.fsyncSync(handle);
  },
} satisfies HostFiles;

/** Null when the entry went away while the directory was read. */
function entryOf(prefix: string, name: string): HostEntry | null {
  const stat = fs.lstatSync(hostPath(prefix + name), { bigint: true, throwIfNoEntry: false });
  return stat ? { name, ino: stat.ino, mode: Number(stat.mode) } : null;
}
