// SPDX-License-Identifier: Apache-2.0
// Gives the interpreter the files of a host: the C library's path and descriptor calls are answered by a HostFiles.
//
// Emscripten's own layer keeps a tree of nodes it has seen, by name. Over files that others change as well this goes
// stale, loses unlinked files, knows times to the millisecond only and asks the host once per path component. So the
// calls themselves are replaced, before the module is instantiated: one call of the program is one call of the host,
// and nothing is remembered. Paths outside of every mount go on to Emscripten's in-memory file system, and open
// descriptors stay in Emscripten's table, where read, write, seek and dup find them.

import type { FileStream, FileSystem, HeapView, Import, ImportTable, StreamOps } from './emscripten.ts';
import { errnoNumber, errnoOf, HostError } from './errno.ts';
import { GuestMemory, kDirentSize } from './guest-memory.ts';
import {
  fileType,
  kStatOfNoFile,
  OpenFlag,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  type FileTime,
  type Handle,
  type HostEntry,
  type HostFiles,
  type HostStat,
} from './host-files.ts';
import { router, type Mount } from './mounts.ts';
import { joinPath } from './path-text.ts';
import { seenStat } from './socket-entries.ts';

/** What is asked of the interpreter itself, once it runs. */
export interface Guest {
  /** Its file creation mask, which its C library keeps to itself. */
  umask(): number;
}

const kAtCurrentDirectory = -100;
const kAtNoFollow = 0x100;
const kAtRemoveDirectory = 0x200;
const kUtimeNow = 0x3fffffff;
const kUtimeOmit = 0x3ffffffe;
/** No file has it; Emscripten's own files are on device 1. */
const kNamelessDevice = 13;
/** The capacity of a pipe. */
const kStreamBlock = 65536;
const SeekFrom = { start: 0, current: 1, end: 2 } as const;

/** Names a file, whatever its names are. */
type FileIdentity = Pick<HostStat, 'dev' | 'ino'>;

/** What a stream of ours carries; duplicates of a descriptor share it. */
class OpenFile {
  readonly files: HostFiles;
  readonly handle: Handle;
  readonly identity: FileIdentity;
  references = 1;
  entries: HostEntry[] | null = null;
  /** Where its position stands for all processes that share it; negative while nobody else does. */
  shared = kUnshared;

  constructor(files: HostFiles, handle: Handle, identity: FileIdentity) {
    this.files = files;
    this.handle = handle;
    this.identity = identity;
  }
}

const kUnshared = -1;

/** The positions of open files that several processes share. */
export interface SharedPositions {
  /** A place for one, or a negative number when there is none. */
  add(handle: Handle): number;
  /** The place for who has been given the file with it, and has it under a handle of its own. */
  adopt(place: number, handle: Handle): number;
  get(place: number): number;
  set(place: number, position: number): void;
}

interface Routed {
  readonly path: string;
  readonly files: HostFiles;
}

/** A 64-bit integer argument arrives as one bigint or as two halves, depending on how the interpreter was linked. */
function wideArgument(args: readonly (number | bigint)[], index: number): number {
  const low = args[index] ?? 0;
  if (typeof low === 'bigint') return Number(low);
  return (low >>> 0) + Number(args[index + 1] ?? 0) * 2 ** 32;
}

export class HostFileSystem {
  readonly #fs: FileSystem;
  readonly #memory: GuestMemory;
  readonly #mounts: readonly Mount[];
  readonly #route: (path: string) => HostFiles | null;
  readonly #guest: Guest;
  readonly #positions: SharedPositions | null;
  readonly #streamOps: StreamOpsOverHost;

  constructor(
    fs: FileSystem,
    memory: GuestMemory,
    mounts: readonly Mount[],
    guest: Guest,
    positions: SharedPositions | null = null,
  ) {
    this.#fs = fs;
    this.#memory = memory;
    this.#mounts = mounts;
    this.#route = router(mounts);
    this.#guest = guest;
    this.#positions = positions;
    this.#streamOps = this.#makeStreamOps();
  }

  /** Puts our calls in place of Emscripten's. REQUIRES: the module is not instantiated yet. */
  install(env: ImportTable): void {
    for (const mount of this.#mounts) {
      if (mount.at !== '/') this.#fs.mkdirTree(mount.at);
    }
    for (const [name, make] of Object.entries(this.#calls())) {
      const original = env[name];
      if (typeof original !== 'function') continue; // this interpreter does not use the call
      const replacement = make(original as Import);
      // A WASI call's error numbers are positive, a system call's negative.
      const sign = name.startsWith('fd_') ? 1 : -1;
      env[name] = (...args: number[]) => {
        try {
          return replacement(...args);
        } catch (error) {
          return sign * errnoOf(error);
        }
      };
    }
  }

  /** A directory that can be entered, in its full name. */
  directory(path: string): string {
    const absolute = this.#absolute(path);
    const files = this.#route(absolute);
    if (!files) {
      const { node } = this.#fs.lookupPath(absolute);
      if (fileType(node.mode) !== S_IFDIR) throw new HostError('ENOTDIR');
      return absolute;
    }
    return enterable({ files, path: absolute });
  }

  /** As open(2) in a directory. */
  openStream(path: string, directory: string, flags: number, mode: number): FileStream {
    const absolute = path.startsWith('/') ? path : joinPath(directory, path);
    const files = this.#route(absolute);
    if (!files) return this.#fs.open(absolute, flags, this.#masked(mode));
    return this.#stream(this.#open({ path: absolute, files }, flags, this.#masked(mode)));
  }

  closeStream(stream: FileStream): void {
    this.#fs.close(stream);
  }

  /** Null for what is not a file of the host's. */
  identityOf({ host }: FileStream): FileIdentity | null {
    return host instanceof OpenFile ? host.identity : null;
  }

  /** Closes all that is the host's, as for a program that is over: whom it fails nobody is left to tell. */
  closeAll(): void {
    for (const stream of this.#fs.streams) {
      if (!(stream?.host instanceof OpenFile)) continue;
      try {
        this.closeStream(stream);
      } catch {
        continue;
      }
    }
  }

  /** Another handle of the same open file, for another process; null for what is not a file of the host's. */
  duplicate(
    stream: FileStream,
  ): { readonly handle: Handle; readonly shared: number; readonly close: () => void } | null {
    const { host } = stream;
    if (!(host instanceof OpenFile) || !host.files.duplicate) return null;
    const { files } = host;
    const handle = host.files.duplicate(host.handle, stream.flags);
    if (host.shared < 0 && stream.seekable) {
      const { position } = stream;
      this.#share(stream, host, this.#positions?.add(host.handle) ?? kUnshared);
      stream.position = position;
    }
    return {
      handle,
      shared: host.shared,
      close: () => {
        files.close(handle);
      },
    };
  }

  /** Makes a file that another process had open one's own, under the number `fd` or the lowest. */
  adopt(fd: number | null, path: string, flags: number, foreign: Handle, shared: number): FileStream {
    const files = this.#route(path);
    if (!files?.duplicate) throw new HostError('EBADF');
    const handle = files.duplicate(foreign, flags);
    const stream = this.#makeStream(path, flags, files, handle, fd ?? undefined);
    const place = this.#positions?.adopt(shared, handle) ?? kUnshared;
    if (shared >= 0) this.#share(stream, stream.host as OpenFile, place);
    return stream;
  }

  #share(stream: FileStream, file: OpenFile, place: number): void {
    const positions = this.#positions;
    if (!positions || place < 0) return;
    if (file.shared < 0) file.shared = place;
    Object.defineProperty(stream.shared, 'position', {
      get: () => positions.get(place),
      set: (position: number) => {
        positions.set(place, position);
      },
    });
  }

  #absolute(path: string, directory = kAtCurrentDirectory): string {
    if (path.startsWith('/')) return path;
    if (path === '') throw new HostError('ENOENT');
    const base = directory === kAtCurrentDirectory ? this.#fs.currentPath : this.#stream(directory).path;
    return joinPath(base, path);
  }

  /** Where a path given to a call leads, or null when it is Emscripten's. `follows`: what a descriptor's name does. */
  #find(pointer: number, directory?: number, follows = false): Routed | null {
    const named = this.#absolute(this.#memory.readText(pointer), directory);
    const path = follows ? this.#behind(named) : named;
    const files = this.#route(path);
    return files && { path, files };
  }

  /** The name of the host's file that a descriptor's name (/dev/fd/3) stands for; others stand for themselves. */
  #behind(path: string): string {
    const fd = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1];
    const stream = fd === undefined ? null : this.#fs.streams[Number(fd)];
    return stream?.host instanceof OpenFile ? stream.path : path;
  }

  #stream(fd: number): FileStream {
    const stream = this.#fs.streams[fd];
    if (!stream) throw new HostError('EBADF');
    return stream;
  }

  #openFile(fd: number): OpenFile | null {
    const { host } = this.#stream(fd);
    return host instanceof OpenFile ? host : null;
  }

  /** One row per call; each gets Emscripten's own for the paths that are not ours. */
  #calls(): Record<string, (original: Import) => Import> {
    const memory = this.#memory;
    /** A call whose first argument is a path and that returns nothing. */
    const onPath =
      (act: (found: Routed, ...args: number[]) => void, follows = false) =>
      (original: Import): Import =>
      (pointer = 0, ...args) => {
        const found = this.#find(pointer, undefined, follows);
        if (!found) return original(pointer, ...args);
        act(found, ...args);
        return 0;
      };
    /** The same for the calls that take a directory descriptor before the path. */
    const onPathAt =
      (act: (found: Routed, ...args: number[]) => void) =>
      (original: Import): Import =>
      (directory = 0, pointer = 0, ...args) => {
        const found = this.#find(pointer, directory);
        if (!found) return original(directory, pointer, ...args);
        act(found, ...args);
        return 0;
      };
    const onDescriptor =
      (act: (file: OpenFile, ...args: number[]) => void) =>
      (original: Import): Import =>
      (fd = -1, ...args) => {
        const file = this.#openFile(fd);
        if (!file) return original(fd, ...args);
        act(file, ...args);
        return 0;
      };

    return {
      __syscall_stat64: onPath(({ files, path }, buffer = 0) => {
        memory.writeStat(buffer, seenStat(files, path, files.stat(path)));
      }, true),
      __syscall_lstat64: onPath(({ files, path }, buffer = 0) => {
        memory.writeStat(buffer, seenStat(files, path, files.lstat(path)));
      }),
      __syscall_fstat64:
        (original) =>
        (fd = -1, buffer = 0) => {
          const file = this.#openFile(fd);
          const stream = this.#stream(fd);
          if (!file && !isNameless(stream)) {
            const result = original(fd, buffer);
            // Python makes its buffers as large as this, and each one costs a request in the browser.
            if (result === 0 && isStandardStream(stream)) memory.writeBlockSize(buffer, kStreamBlock);
            return result;
          }
          memory.writeStat(buffer, file ? file.files.fstat(file.handle) : namelessStat(stream));
          return 0;
        },
      __syscall_newfstatat: onPathAt(({ files, path }, buffer = 0, flags = 0) => {
        const stat = flags & kAtNoFollow ? files.lstat(path) : files.stat(path);
        memory.writeStat(buffer, seenStat(files, path, stat));
      }),
      __syscall_faccessat: onPathAt(({ files, path }, mode = 0) => {
        files.access(path, mode);
      }),
      __syscall_chmod: onPath(({ files, path }, mode = 0) => {
        files.chmod(path, mode & 0o7777);
      }),
      __syscall_fchmodat2: onPathAt(({ files, path }, mode = 0, flags = 0) => {
        // A link's own mode cannot be changed, as on Linux.
        if (flags & kAtNoFollow && fileType(files.lstat(path).mode) === S_IFLNK)
          throw new HostError('EOPNOTSUPP');
        files.chmod(path, mode & 0o7777);
      }),
      __syscall_fchmod: onDescriptor(({ files, handle }, mode = 0) => {
        files.fchmod(handle, mode & 0o7777);
      }),
      __syscall_fchownat: onPathAt(({ files, path }, uid = -1, gid = -1, flags = 0) => {
        files.chown(path, ownerId(uid), ownerId(gid), (flags & kAtNoFollow) === 0);
      }),
      __syscall_fchown32: onDescriptor(({ files, handle }, uid = -1, gid = -1) => {
        files.fchown(handle, ownerId(uid), ownerId(gid));
      }),
      __syscall_mkdirat:
        (original) =>
        (directory = 0, pointer = 0, mode = 0) => {
          const found = this.#find(pointer, directory);
          if (!found) return original(directory, pointer, this.#masked(mode));
          found.files.mkdir(found.path, this.#masked(mode));
          return 0;
        },
      __syscall_mknodat: onPathAt(({ files, path }, mode = 0) => {
        if (fileType(mode) !== S_IFREG && fileType(mode) !== 0) throw new HostError('EPERM');
        files.close(files.open(path, OpenFlag.create | OpenFlag.exclusive, this.#masked(mode)));
      }),
      __syscall_rmdir: onPath(({ files, path }) => {
        files.rmdir(path);
      }),
      __syscall_unlinkat: onPathAt(({ files, path }, flags = 0) => {
        if (flags & kAtRemoveDirectory) files.rmdir(path);
        else files.unlink(path);
      }),
      __syscall_renameat:
        (original) =>
        (fromDirectory = 0, from = 0, toDirectory = 0, to = 0) =>
          this.#twoPaths(
            this.#find(from, fromDirectory),
            this.#find(to, toDirectory),
            (files, source, target) => {
              files.rename(source, target);
            },
            () => original(fromDirectory, from, toDirectory, to),
          ),
      __syscall_linkat:
        (original) =>
        (fromDirectory = 0, from = 0, toDirectory = 0, to = 0, flags = 0) =>
          this.#twoPaths(
            this.#find(from, fromDirectory),
            this.#find(to, toDirectory),
            (files, source, target) => {
              files.link(source, target);
            },
            () => original(fromDirectory, from, toDirectory, to, flags),
          ),
      __syscall_symlink:
        (original) =>
        (target = 0, pointer = 0) =>
          this.#symlink(target, this.#find(pointer), () => original(target, pointer)),
      __syscall_symlinkat:
        (original) =>
        (target = 0, directory = 0, pointer = 0) =>
          this.#symlink(target, this.#find(pointer, directory), () => original(target, directory, pointer)),
      __syscall_readlinkat:
        (original) =>
        (directory = 0, pointer = 0, buffer = 0, room = 0) => {
          const found = this.#find(pointer, directory);
          if (!found) return original(directory, pointer, buffer, room);
          if (room <= 0) throw new HostError('EINVAL');
          return Math.min(memory.writeText(buffer, found.files.readlink(found.path), room), room);
        },
      __syscall_truncate64:
        (original) =>
        (...args) => {
          const found = this.#find(args[0] ?? 0);
          if (!found) return original(...args);
          found.files.truncate(found.path, sizeArgument(args, 1));
          return 0;
        },
      __syscall_ftruncate64:
        (original) =>
        (...args) => {
          const file = this.#openFile(args[0] ?? -1);
          if (!file) return original(...args);
          file.files.ftruncate(file.handle, sizeArgument(args, 1));
          return 0;
        },
      __syscall_fallocate:
        (original) =>
        (...args) => {
          const file = this.#openFile(args[0] ?? -1);
          if (!file) return original(...args);
          const wide = typeof args[2] === 'bigint';
          const end = wideArgument(args, 2) + wideArgument(args, wide ? 3 : 4);
          if (file.files.fstat(file.handle).size < end) file.files.ftruncate(file.handle, end);
          return 0;
        },
      __syscall_utimensat:
        (original) =>
        (directory = 0, pointer = 0, times = 0, flags = 0) =>
          this.#utimes(directory, pointer, times, flags, () => original(directory, pointer, times, flags)),
      __syscall_fdatasync: onDescriptor(({ files, handle }) => {
        files.fsync(handle);
      }),
      fd_sync:
        (original) =>
        (fd = -1) => {
          const file = this.#openFile(fd);
          if (!file) return original(fd);
          file.files.fsync(file.handle);
          return 0;
        },
      __syscall_openat:
        (original) =>
        (directory = 0, pointer = 0, flags = 0, varargs = 0) => {
          const found = this.#find(pointer, directory, true);
          const isCreating = (flags & OpenFlag.create) !== 0 && varargs !== 0;
          const mode = isCreating ? this.#masked(memory.view.getInt32(varargs, true)) : 0;
          if (found) return this.#open(found, flags, mode);
          // Variable arguments belong to who is called.
          if (isCreating) memory.view.setInt32(varargs, mode, true);
          return original(directory, pointer, flags, varargs);
        },
      __syscall_getdents64:
        (original) =>
        (fd = -1, buffer = 0, room = 0) => {
          const file = this.#openFile(fd);
          return file
            ? this.#readDirectory(this.#stream(fd), file, buffer, room)
            : original(fd, buffer, room);
        },
      __syscall_chdir:
        (original) =>
        (pointer = 0) => {
          const found = this.#find(pointer);
          if (!found) return original(pointer);
          this.#changeDirectory(found);
          return 0;
        },
      __syscall_fchdir:
        (original) =>
        (fd = -1) => {
          const file = this.#openFile(fd);
          if (!file) return original(fd);
          this.#changeDirectory({ files: file.files, path: this.#stream(fd).path });
          return 0;
        },
    };
  }

  /** The mode of something new. */
  #masked(mode: number): number {
    return mode & 0o7777 & ~this.#guest.umask();
  }

  #twoPaths(
    from: Routed | null,
    to: Routed | null,
    act: (files: HostFiles, from: string, to: string) => void,
    original: () => unknown,
  ): unknown {
    if (!from && !to) return original();
    if (from?.files !== to?.files || !from || !to) throw new HostError('EXDEV');
    act(from.files, from.path, to.path);
    return 0;
  }

  #symlink(target: number, found: Routed | null, original: () => unknown): unknown {
    if (!found) return original();
    found.files.symlink(this.#memory.readText(target), found.path);
    return 0;
  }

  #open({ files, path }: Routed, flags: number, mode: number): number {
    const handle = files.open(path, flags, mode);
    return this.#makeStream(path, flags, files, handle).fd ?? -1;
  }

  /** Takes the handle, also when there is no descriptor for it. */
  #makeStream(path: string, flags: number, files: HostFiles, handle: Handle, fd?: number): FileStream {
    try {
      const { dev, ino, mode } = files.fstat(handle);
      const type = fileType(mode);
      // Emscripten checks the node's own permission bits once more; the host has already decided.
      const node = new this.#fs.FSNode(null, '', type | 0o777, 0);
      return this.#fs.createStream(
        {
          node,
          path,
          flags: flags & ~(OpenFlag.create | OpenFlag.exclusive | OpenFlag.truncate | OpenFlag.noFollow),
          seekable: type === S_IFREG || type === S_IFDIR,
          position: 0,
          stream_ops: this.#streamOps,
          host: new OpenFile(files, handle, { dev, ino }),
        },
        fd,
      );
    } catch (error) {
      files.close(handle);
      throw error;
    }
  }

  #changeDirectory(found: Routed): void {
    this.#fs.currentPath = enterable(found);
  }

  #utimes(
    directory: number,
    pointer: number,
    times: number,
    flags: number,
    original: () => unknown,
  ): unknown {
    const [atime, mtime] = [this.#fileTime(times, 0), this.#fileTime(times, 1)];
    if (pointer === 0) {
      const file = this.#openFile(directory);
      if (!file) return original();
      file.files.futimes(file.handle, atime, mtime);
      return 0;
    }
    const found = this.#find(pointer, directory);
    if (!found) return original();
    found.files.utimes(found.path, atime, mtime, (flags & kAtNoFollow) === 0);
    return 0;
  }

  #fileTime(times: number, index: number): FileTime {
    if (times === 0) return 'now';
    const { seconds, nanoseconds } = this.#memory.readTimespec(times, index);
    if (nanoseconds === kUtimeNow) return 'now';
    if (nanoseconds === kUtimeOmit) return 'omit';
    return seconds * 1_000_000_000n + BigInt(nanoseconds);
  }

  #readDirectory(stream: FileStream, file: OpenFile, buffer: number, room: number): number {
    if (stream.position === 0 || !file.entries) {
      const { files, handle } = file;
      if (fileType(stream.node.mode) !== S_IFDIR) throw new HostError('ENOTDIR');
      const own = files.fstat(handle).ino;
      file.entries = [
        { name: '.', ino: own, mode: S_IFDIR },
        { name: '..', ino: parentInode(files, stream.path) ?? own, mode: S_IFDIR },
        ...files.readdir(stream.path),
      ];
    }
    let index = Math.floor(stream.position / kDirentSize);
    let written = 0;
    for (; index < file.entries.length && written + kDirentSize <= room; index++) {
      const entry = file.entries[index] as HostEntry;
      // d_type is the file type of st_mode, shifted down.
      const type = fileType(entry.mode) >> 12;
      this.#memory.writeDirent(buffer + written, { ...entry, type, next: (index + 1) * kDirentSize });
      written += kDirentSize;
    }
    stream.position = index * kDirentSize;
    return written;
  }

  /** What Emscripten calls on an open descriptor; it reports errors by throwing its own kind. */
  #makeStreamOps(): StreamOpsOverHost {
    const fs = this.#fs;
    const attempt = <T>(act: () => T): T => {
      try {
        return act();
      } catch (error) {
        throw new fs.ErrnoError(errnoOf(error));
      }
    };
    const positionOf = (stream: FileStream, position: number) => (stream.seekable ? position : null);
    return {
      close: (stream) => {
        const file = openFileOf(stream);
        if (--file.references === 0)
          attempt(() => {
            file.files.close(file.handle);
          });
      },
      dup: (stream) => {
        openFileOf(stream).references++;
      },
      read: (stream, heap, offset, length, position) => {
        const { files, handle } = openFileOf(stream);
        return attempt(() => files.read(handle, bytesOf(heap, offset, length), positionOf(stream, position)));
      },
      write: (stream, heap, offset, length, position) => {
        const { files, handle } = openFileOf(stream);
        return attempt(() =>
          files.write(handle, bytesOf(heap, offset, length), positionOf(stream, position)),
        );
      },
      llseek: (stream, offset, whence) => {
        let position = offset;
        if (whence === SeekFrom.current) position += stream.position;
        if (whence === SeekFrom.end) {
          const { files, handle } = openFileOf(stream);
          position += attempt(() => files.fstat(handle).size);
        }
        if (position < 0) throw new fs.ErrnoError(errnoNumber('EINVAL'));
        return position;
      },
    };
  }
}

type StreamOpsOverHost = Pick<StreamOps, 'close' | 'dup' | 'read' | 'write' | 'llseek'>;

/** The full name of a directory that may be entered. */
function enterable({ files, path }: Routed): string {
  if (fileType(files.stat(path).mode) !== S_IFDIR) throw new HostError('ENOTDIR');
  files.access(path, 1);
  return files.realpath(path);
}

function isStandardStream(stream: FileStream): boolean {
  return stream.path.startsWith('/dev/std');
}

/** The kernel's: Emscripten looks for a stream's path in its tree, and these are not in it. */
function isNameless({ kernel }: FileStream): boolean {
  return kernel !== undefined;
}

function namelessStat({ node }: FileStream): HostStat {
  const now = BigInt(Date.now()) * 1_000_000n;
  return {
    dev: kNamelessDevice,
    ino: BigInt(node.id),
    mode: fileType(node.mode) | 0o600,
    ...kStatOfNoFile,
    atimeNs: now,
    mtimeNs: now,
    ctimeNs: now,
  };
}

/** Ids are unsigned, except for the one that says to leave things as they are. */
function ownerId(id: number): number {
  return id === -1 ? -1 : id >>> 0;
}

function sizeArgument(args: readonly number[], index: number): number {
  const size = wideArgument(args, index);
  if (size < 0) throw new HostError('EINVAL');
  return size;
}

function openFileOf(stream: FileStream): OpenFile {
  if (stream.host instanceof OpenFile) return stream.host;
  throw new Error('a host call reached a stream that is not a host file');
}

function bytesOf(heap: HeapView, offset: number, length: number): Uint8Array {
  return new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
}

/** None where the parent is out of reach: a folder that is all a program may see. */
function parentInode(files: HostFiles, path: string): HostEntry['ino'] | null {
  try {
    return files.stat(`${path}/..`).ino;
  } catch {
    return null;
  }
}
