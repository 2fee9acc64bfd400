// SPDX-License-Identifier: Apache-2.0
// What Linux programs expect below /dev and /proc and Emscripten has not, or not quite.

import type { FileNode, FileSystem, StreamOps } from './emscripten.ts';
import { errnoNumber } from './errno.ts';
import { kStatOfNoFile, S_IFLNK } from './host-files.ts';

/** Linux's numbers of the memory devices. */
const kMajor = 1;
const Minor = { null: 3, zero: 5, full: 7 } as const;
/** Opened by the kernel, and there for who looks. */
const kTerminals = { path: '/dev/ptmx', major: 5, minor: 2, folder: '/dev/pts' } as const;

const kDescriptors = '/proc/self/fd';
const kSeekCurrent = 1;

export function installDevices(fs: FileSystem): void {
  const noSpace = () => {
    throw new fs.ErrnoError(errnoNumber('ENOSPC'));
  };
  // Emscripten has made /dev/null and takes it for a pipe: on Linux it can be sought in, and is always at its start.
  fs.registerDevice(fs.makedev(kMajor, Minor.null), { ...kEndless, read: () => 0 });
  fs.registerDevice(fs.makedev(kMajor, Minor.zero), kEndless);
  fs.mkdev('/dev/zero', 0o666, fs.makedev(kMajor, Minor.zero));
  fs.registerDevice(fs.makedev(kMajor, Minor.full), { ...kEndless, write: noSpace });
  fs.mkdev('/dev/full', 0o666, fs.makedev(kMajor, Minor.full));
  fs.mkdev(kTerminals.path, 0o666, fs.makedev(kTerminals.major, kTerminals.minor));
  fs.mkdirTree(kTerminals.folder);
  listDescriptors(fs);
  fs.symlink(kDescriptors, '/dev/fd');
}

/** Reads as zeros and swallows what is written. */
const kEndless: Partial<StreamOps> = {
  read: (_stream, heap, offset, length) => {
    heap.fill(0, offset, offset + length);
    return length;
  },
  write: (_stream, _heap, _offset, length) => length,
  llseek: () => 0,
};

/** Emscripten answers readlink of one descriptor; this makes the folder one that can be looked at and listed. */
function listDescriptors(fs: FileSystem): void {
  const { node } = fs.lookupPath(kDescriptors);
  const { lookup } = node.node_ops;
  const names = () => [...fs.streams.keys()].filter((fd) => fs.streams[fd]).map(String);
  node.node_ops.readdir = () => ['.', '..', ...names()];
  node.node_ops.getattr = attributesOf;
  // Reading a folder goes on from where its stream stands.
  node.stream_ops.llseek = (stream, offset, whence) =>
    whence === kSeekCurrent ? stream.position + offset : offset;
  node.node_ops.lookup = (parent, name) => {
    const found = fs.streams[Number(name)] && lookup?.(parent, name);
    if (!found) throw new fs.ErrnoError(errnoNumber('ENOENT'));
    const id = node.id * 2 ** 16 + Number(name);
    const link: FileNode = Object.assign(found, { id, mode: S_IFLNK | 0o777, rdev: 0 });
    link.node_ops.getattr = attributesOf;
    return link;
  };
}

function attributesOf({ id, mode }: FileNode): Record<string, number | Date> {
  const now = new Date();
  return {
    dev: 1,
    ino: id,
    mode,
    ...kStatOfNoFile,
    atime: now,
    mtime: now,
    ctime: now,
  };
}
