// SPDX-License-Identifier: Apache-2.0
// How a program of WASI reads and writes: files, folders, and the streams of the page, for which it may have to wait.

import { StreamEnd, type Descriptor } from './descriptors.ts';
import { offsetOf, type Answer, type Calls, type HostState } from './host-state.ts';
import type { MemoryFolder, MemoryNode } from './memory-files.ts';
import { Errno, FdFlag, Right } from './preview1.ts';
import { Refusal } from './refusal.ts';

const kDirentSize = 24;

interface Vector {
  readonly address: number;
  readonly count: number;
}

function readFile(host: HostState, from: Descriptor, { address, count }: Vector, position: number): number {
  const file = from.requireFile();
  let total = 0;
  for (const piece of host.memory.vector(address, count)) {
    const got = host.files.read(file, piece, position + total);
    total += got;
    if (got < piece.length) break;
  }
  return total;
}

function writeFile(host: HostState, to: Descriptor, { address, count }: Vector, position: number): number {
  const file = to.requireFile();
  let total = 0;
  for (const piece of host.memory.vector(address, count)) {
    host.files.write(file, piece, position + total);
    total += piece.length;
  }
  return total;
}

function readInput(host: HostState, { flags }: Descriptor, vector: Vector, result: number): Answer {
  const { memory, streams } = host;
  const take = (): Errno => {
    const room = memory.vector(vector.address, vector.count).find((piece) => piece.length > 0);
    memory.setU32(result, room === undefined ? 0 : streams.readInput(room));
    return Errno.success;
  };
  if (streams.isInputReady) return take();
  if ((flags & FdFlag.nonBlocking) !== 0) return Errno.again;
  if (host.canWait) return host.waiting(() => streams.waitForInput().then(take));
  streams.missInput();
  memory.setU32(result, 0);
  return Errno.success;
}

function read(host: HostState, descriptor: Descriptor, vector: Vector, result: number): Answer {
  descriptor.require(Right.fdRead);
  if (descriptor.target instanceof StreamEnd) {
    if (descriptor.target.number !== 0) throw new Refusal(Errno.badf);
    return readInput(host, descriptor, vector, result);
  }
  const got = readFile(host, descriptor, vector, descriptor.position);
  descriptor.position += got;
  host.memory.setU32(result, got);
  return Errno.success;
}

function writeStream(host: HostState, stream: 1 | 2, { address, count }: Vector, result: number): Answer {
  let total = 0;
  for (const piece of host.memory.vector(address, count)) {
    if (piece.length > 0) host.streams.write(stream, piece);
    total += piece.length;
  }
  host.memory.setU32(result, total);
  const drained = host.canWait ? host.streams.whenDrained() : undefined;
  return drained === undefined ? Errno.success : host.waiting(() => drained.then(() => Errno.success));
}

function write(host: HostState, descriptor: Descriptor, vector: Vector, result: number): Answer {
  descriptor.require(Right.fdWrite);
  if (descriptor.target instanceof StreamEnd) {
    const { number } = descriptor.target;
    if (number === 0) throw new Refusal(Errno.badf);
    return writeStream(host, number, vector, result);
  }
  const isAppending = (descriptor.flags & FdFlag.append) !== 0;
  const position = isAppending ? descriptor.requireFile().size : descriptor.position;
  const put = writeFile(host, descriptor, vector, position);
  descriptor.position = position + put;
  host.memory.setU32(result, put);
  return Errno.success;
}

function entriesOf(folder: MemoryFolder): Uint8Array[] {
  const nodes: [string, MemoryNode][] = [['.', folder], ['..', folder.parent], ...folder.entries];
  return nodes.map(([name, node], index) => {
    const text = new TextEncoder().encode(name);
    const record = new Uint8Array(kDirentSize + text.length);
    const view = new DataView(record.buffer);
    view.setBigUint64(0, BigInt(index + 1), true);
    view.setBigUint64(8, node.inode, true);
    view.setUint32(16, text.length, true);
    view.setUint8(20, node.type);
    record.set(text, kDirentSize);
    return record;
  });
}

/** As much as there is room for: the last entry may be cut, and is asked for again. */
function readFolder(
  { memory }: HostState,
  descriptor: Descriptor,
  address: number,
  length: number,
  cookie: number,
): number {
  const folder = descriptor.requireFolder();
  descriptor.require(Right.fdReaddir);
  if (cookie === 0) descriptor.listing = entriesOf(folder);
  let used = 0;
  for (const entry of descriptor.listing.slice(cookie)) {
    const part = entry.subarray(0, length - used);
    memory.bytes(address + used, part.length).set(part);
    used += part.length;
    if (used === length) break;
  }
  return used;
}

export function transferCalls(host: HostState): Calls {
  const { memory, descriptors } = host;
  return {
    fd_read: (fd: number, address: number, count: number, result: number) =>
      read(host, descriptors.get(fd), { address, count }, result),
    fd_write: (fd: number, address: number, count: number, result: number) =>
      write(host, descriptors.get(fd), { address, count }, result),
    fd_pread: (fd: number, address: number, count: number, position: bigint, result: number) => {
      const descriptor = descriptors.get(fd);
      descriptor.require(Right.fdRead);
      memory.setU32(result, readFile(host, descriptor, { address, count }, offsetOf(position)));
      return Errno.success;
    },
    fd_pwrite: (fd: number, address: number, count: number, position: bigint, result: number) => {
      const descriptor = descriptors.get(fd);
      descriptor.require(Right.fdWrite);
      memory.setU32(result, writeFile(host, descriptor, { address, count }, offsetOf(position)));
      return Errno.success;
    },
    fd_readdir: (fd: number, address: number, length: number, cookie: bigint, result: number) => {
      memory.setU32(result, readFolder(host, descriptors.get(fd), address, length, offsetOf(cookie)));
      return Errno.success;
    },
  };
}
