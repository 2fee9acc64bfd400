// SPDX-License-Identifier: Apache-2.0
// What the C library asks of descriptors and Emscripten does not know: which are closed when another program starts, and
// flags that can be cleared again.

import type { FileStream, FileSystem, Import, ImportTable } from './emscripten.ts';
import { errnoOf } from './errno.ts';
import type { FileLocks } from './file-locks.ts';
import { OpenFlag } from './host-files.ts';
import type { GuestMemory } from './guest-memory.ts';
import { KernelFile } from './kernel-files.ts';
import type { KernelConnection } from './kernel-connection.ts';
import { request, Request } from './kernel-wire.ts';

/** Commands of fcntl, and the one flag of a descriptor. */
const Command = {
  duplicate: 0,
  getFlags: 1,
  setFlags: 2,
  getStatus: 3,
  setStatus: 4,
  duplicateClosed: 1030,
} as const;
const kCloseFlag = 1;

/** What F_SETFL may change. */
const kSettable = OpenFlag.append | OpenFlag.nonBlocking;
/** Of openat: which argument is what. */
const kOpenPath = 1;
const kOpenFlags = 2;

/** The descriptor that is opened by a name of this kind, or null. */
function descriptorNamed(memory: GuestMemory, pointer: number): number | null {
  // Nearly all paths are others, and reading them takes longer.
  const first = String.fromCharCode(memory.bytes[pointer + 1] ?? 0);
  if (first !== 'd' && first !== 'p') return null;
  const path = memory.readText(pointer);
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1];
  if (number !== undefined) return Number(number);
  const standard = ['/dev/stdin', '/dev/stdout', '/dev/stderr'].indexOf(path);
  return standard < 0 ? null : standard;
}

/** Puts our calls in place of Emscripten's. REQUIRES: the module is not instantiated yet. Gives the
 * descriptors that a new program does not get. */
export function installDescriptorCalls(
  fs: FileSystem,
  memory: GuestMemory,
  env: ImportTable,
  connection: KernelConnection,
  locks: FileLocks,
): Set<number> {
  const closed = new Set<number>();
  const mark = (fd: unknown, isClosed: boolean): unknown => {
    if (typeof fd !== 'number' || fd < 0) return fd;
    if (isClosed) closed.add(fd);
    else closed.delete(fd);
    return fd;
  };
  const duplicateOf = (stream: FileStream): number => {
    try {
      const copy = fs.createStream(stream);
      copy.stream_ops.dup?.(copy);
      return copy.fd ?? -1;
    } catch (error) {
      return -errnoOf(error); // there are too many
    }
  };
  const replace = (name: string, make: (original: Import) => Import): void => {
    const original = env[name];
    if (typeof original === 'function') env[name] = make(original as Import);
  };
  replace('fd_close', (original) => (fd = -1) => {
    closed.delete(fd);
    locks.closing(fd);
    return original(fd);
  });
  /** The stream of the kernel's that a path names, or null. */
  const kernelStreamAt = (pointer: number): FileStream | null => {
    const fd = descriptorNamed(memory, pointer);
    const stream = fd === null ? null : fs.streams[fd];
    return stream?.kernel instanceof KernelFile ? stream : null;
  };
  const fstat = env['__syscall_fstat64'] as Import;
  replace('__syscall_stat64', (original) => (path = 0, buffer = 0) => {
    const stream = kernelStreamAt(path);
    return stream ? fstat(stream.fd ?? -1, buffer) : original(path, buffer);
  });
  replace('__syscall_openat', (original) => (...args) => {
    const stream = kernelStreamAt(args[kOpenPath] ?? 0);
    const fd = stream ? duplicateOf(stream) : original(...args);
    return mark(fd, ((args[kOpenFlags] ?? 0) & OpenFlag.closeOnExec) !== 0);
  });
  replace(
    '__syscall_dup',
    (original) =>
      (fd = -1) =>
        mark(original(fd), false),
  );
  replace('__syscall_dup3', (original) => (fd = -1, target = -1, flags = 0) => {
    if (fd !== target && fs.streams[fd] && target < fs.MAX_OPEN_FDS) locks.closing(target);
    return mark(original(fd, target, 0), (flags & OpenFlag.closeOnExec) !== 0);
  });
  replace('__syscall_fcntl64', (original) => (fd = -1, command = 0, pointer = 0) => {
    const stream = fs.streams[fd];
    if (!stream) return original(fd, command, pointer);
    const argument = (): number => memory.view.getInt32(pointer, true);
    switch (command) {
      case Command.duplicate:
        return mark(original(fd, command, pointer), false);
      case Command.duplicateClosed:
        return mark(original(fd, Command.duplicate, pointer), true);
      case Command.getFlags:
        return closed.has(fd) ? kCloseFlag : 0;
      case Command.setFlags:
        mark(fd, (argument() & kCloseFlag) !== 0);
        return 0;
      case Command.setStatus: {
        stream.flags = (stream.flags & ~kSettable) | (argument() & kSettable);
        if (stream.kernel instanceof KernelFile) {
          const control = request(Request.control).u32(stream.kernel.handle);
          connection.tell(control.u32(Command.setStatus).u32(stream.flags).take());
        }
        return 0;
      }
      default:
        return original(fd, command, pointer);
    }
  });
  return closed;
}
