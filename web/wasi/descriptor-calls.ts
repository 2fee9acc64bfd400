// SPDX-License-Identifier: Apache-2.0
// What a program of WASI asks of what it has opened, other than to read and write it: status, size, times, position.

import { StreamEnd, type Descriptor } from './descriptors.ts';
import { offsetOf, type Calls, type HostState } from './host-state.ts';
import type { MemoryNode } from './memory-files.ts';
import { Errno, FdFlag, Right, TimeFlag, Whence } from './preview1.ts';
import { Refusal } from './refusal.ts';

const kKnownFlags = FdFlag.append | FdFlag.dataSync | FdFlag.nonBlocking | FdFlag.readSync | FdFlag.sync;

export function putStatus({ memory }: HostState, address: number, node: MemoryNode | StreamEnd): Errno {
  const ofStream = { inode: 0n, type: node.type, links: 1n, size: 0n, times: [0n, 0n, 0n] } as const;
  memory.writeFilestat(address, node instanceof StreamEnd ? ofStream : node.status());
  return Errno.success;
}

export function setTimes(
  { clocks }: HostState,
  node: MemoryNode,
  accessed: bigint,
  modified: bigint,
  flags: number,
): Errno {
  const now = clocks.realTime();
  const chosen = (given: bigint, old: bigint, set: number, setNow: number): bigint => {
    const choice = flags & (set | setNow);
    if (choice === (set | setNow)) throw new Refusal(Errno.inval);
    if (choice === 0) return old;
    return choice === set ? given : now;
  };
  const newAccessed = chosen(accessed, node.accessed, TimeFlag.access, TimeFlag.accessNow);
  node.modified = chosen(modified, node.modified, TimeFlag.modification, TimeFlag.modificationNow);
  node.accessed = newAccessed;
  node.changed = now;
  return Errno.success;
}

function seek(
  { memory }: HostState,
  descriptor: Descriptor,
  distance: bigint,
  whence: number,
  result: number,
): Errno {
  const { target } = descriptor;
  if (target instanceof StreamEnd) throw new Refusal(Errno.spipe);
  const starts: Readonly<Record<number, number>> = {
    [Whence.start]: 0,
    [Whence.current]: descriptor.position,
    [Whence.end]: target.size,
  };
  const start = starts[whence];
  if (start === undefined) throw new Refusal(Errno.inval);
  descriptor.position = offsetOf(BigInt(start) + distance);
  memory.setU64(result, BigInt(descriptor.position));
  return Errno.success;
}

/** Folders that were there from the start. */
function preopenCalls({ memory, descriptors }: HostState): Calls {
  const nameOf = (fd: number): Uint8Array => {
    const { preopened } = descriptors.get(fd);
    if (preopened === undefined) throw new Refusal(Errno.badf);
    return new TextEncoder().encode(preopened);
  };
  return {
    fd_prestat_get: (fd: number, result: number) => {
      const { length } = nameOf(fd);
      memory.setU32(result, 0);
      memory.setU32(result + 4, length);
      return Errno.success;
    },
    fd_prestat_dir_name: (fd: number, address: number, length: number) => {
      const name = nameOf(fd);
      if (length < name.length) throw new Refusal(Errno.nametoolong);
      memory.bytes(address, name.length).set(name);
      return Errno.success;
    },
  };
}

function statusCalls(host: HostState): Calls {
  const { memory, descriptors } = host;
  return {
    fd_fdstat_get: (fd: number, result: number) => {
      const { target, flags, rights, inheriting } = descriptors.get(fd);
      memory.writeFdstat(result, target.type, flags, rights, inheriting);
      return Errno.success;
    },
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      if ((flags & ~kKnownFlags) !== 0) throw new Refusal(Errno.inval);
      descriptors.get(fd).flags = flags;
      return Errno.success;
    },
    fd_fdstat_set_rights: (fd: number, rights: bigint, inheriting: bigint) => {
      const descriptor = descriptors.get(fd);
      const more = (rights & ~descriptor.rights) | (inheriting & ~descriptor.inheriting);
      if (more !== 0n) throw new Refusal(Errno.notcapable);
      descriptor.rights = rights;
      descriptor.inheriting = inheriting;
      return Errno.success;
    },
    fd_filestat_get: (fd: number, result: number) => putStatus(host, result, descriptors.get(fd).target),
    fd_filestat_set_times: (fd: number, accessed: bigint, modified: bigint, flags: number) => {
      const { target } = descriptors.get(fd);
      if (target instanceof StreamEnd) throw new Refusal(Errno.inval);
      return setTimes(host, target, accessed, modified, flags);
    },
  };
}

function sizeCalls({ files, descriptors }: HostState): Calls {
  const sync = (fd: number): Errno =>
    descriptors.get(fd).target instanceof StreamEnd ? Errno.inval : Errno.success;
  return {
    fd_advise: (fd: number, start: bigint, length: bigint) => {
      offsetOf(start);
      offsetOf(length);
      descriptors.get(fd).requireFile();
      return Errno.success;
    },
    fd_allocate: (fd: number, start: bigint, length: bigint) => {
      const descriptor = descriptors.get(fd);
      const file = descriptor.requireFile();
      descriptor.require(Right.fdAllocate | Right.fdWrite);
      if (length === 0n) throw new Refusal(Errno.inval);
      const end = offsetOf(start) + offsetOf(length);
      if (end > file.size) files.resize(file, end);
      return Errno.success;
    },
    fd_filestat_set_size: (fd: number, size: bigint) => {
      const descriptor = descriptors.get(fd);
      const file = descriptor.requireFile();
      descriptor.require(Right.fdFilestatSetSize | Right.fdWrite);
      files.resize(file, offsetOf(size));
      return Errno.success;
    },
    fd_datasync: sync,
    fd_sync: sync,
  };
}

export function descriptorCalls(host: HostState): Calls {
  const { descriptors } = host;
  return {
    ...preopenCalls(host),
    ...statusCalls(host),
    ...sizeCalls(host),
    fd_close: (fd: number) => {
      descriptors.close(fd);
      return Errno.success;
    },
    fd_renumber: (from: number, to: number) => {
      descriptors.renumber(from, to);
      return Errno.success;
    },
    fd_seek: (fd: number, distance: bigint, whence: number, result: number) =>
      seek(host, descriptors.get(fd), distance, whence, result),
    fd_tell: (fd: number, result: number) => seek(host, descriptors.get(fd), 0n, Whence.current, result),
  };
}
