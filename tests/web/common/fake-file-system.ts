// SPDX-License-Identifier: Apache-2.0
// Emscripten's table of descriptors as its glue has it: streams, what duplicates share, and the calls that change them.
import type { FileNode, FileStream, FileSystem, ImportTable } from '../../../web/common/emscripten.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import type { GuestMemory } from '../../../web/common/guest-memory.ts';

let lastId = 0;

class Node implements FileNode {
  readonly id = ++lastId;
  readonly name: string;
  mode: number;
  rdev: number;
  node_ops = {};
  stream_ops = {};
  constructor(_parent: null, name: string, mode: number, rdev: number) {
    this.name = name;
    this.mode = mode;
    this.rdev = rdev;
  }
}

class ErrnoError extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(String(errno));
    this.errno = errno;
  }
}

class Stream {
  shared: Record<string, unknown> = {};
  fd: number | null = null;
  get flags(): number {
    return this.shared['flags'] as number;
  }
  set flags(flags: number) {
    this.shared['flags'] = flags;
  }
  get position(): number {
    return this.shared['position'] as number;
  }
  set position(position: number) {
    this.shared['position'] = position;
  }
}

const kLargest = 64;

export interface FakeFileSystem extends FileSystem {
  readonly streams: (FileStream | null | undefined)[];
  dup(stream: FileStream, fd?: number): FileStream;
  /** Descriptors that are open. */
  openNumbers(): number[];
}

/** `inMemory` are names that can be opened in Emscripten's own file system. */
export function fakeFileSystem(inMemory: readonly string[] = []): FakeFileSystem {
  const streams: (FileStream | null | undefined)[] = [];
  const known: Partial<FakeFileSystem> = {
    currentPath: '/',
    streams,
    ErrnoError,
    FSNode: Node,
    MAX_OPEN_FDS: kLargest,
    nextfd: () => {
      // One more than there may be, as the glue has it.
      for (let fd = 0; fd <= system.MAX_OPEN_FDS; ++fd) if (!streams[fd]) return fd;
      throw new ErrnoError(errnoNumber('EMFILE'));
    },
    createStream: (given, fd = -1) => {
      const stream = Object.assign(new Stream(), given) as unknown as FileStream;
      stream.fd = fd < 0 ? system.nextfd() : fd;
      streams[stream.fd] = stream;
      return stream;
    },
    mkdirTree: () => undefined,
    lookupPath: (path) => {
      if (!inMemory.includes(path)) throw new ErrnoError(errnoNumber('ENOENT'));
      return { node: new Node(null, path, 0o040755, 0) };
    },
    open: (path, flags, permissions = 0o666) => {
      if (!inMemory.includes(path)) throw new ErrnoError(errnoNumber('ENOENT'));
      const mode = path.startsWith('/dev/') ? 0o020666 : 0o100000 | permissions;
      const node = new Node(null, path, mode, 0);
      return system.createStream({ node, path, flags, position: 0, seekable: true, stream_ops: {} });
    },
    close: (stream) => {
      if (stream.fd === null) throw new ErrnoError(errnoNumber('EBADF'));
      stream.stream_ops.close?.(stream);
      streams[stream.fd] = null;
      stream.fd = null;
    },
    dup: (stream, fd) => {
      const copy = system.createStream(stream, fd);
      copy.stream_ops.dup?.(copy);
      return copy;
    },
    openNumbers: () => [...streams.keys()].filter((fd) => streams[fd]),
  };
  const system = known as FakeFileSystem;
  return system;
}

/** Emscripten's calls for descriptors, as far as ours are put before them. */
export function fakeDescriptorCalls(fs: FakeFileSystem, memory: GuestMemory): ImportTable {
  const bad = -errnoNumber('EBADF');
  const withStream =
    (act: (stream: FileStream, ...args: number[]) => unknown) =>
    (fd = -1, ...args: number[]): unknown => {
      const stream = fs.streams[fd];
      return stream ? act(stream, ...args) : bad;
    };
  return {
    fd_close: withStream((stream) => {
      fs.close(stream);
      return 0;
    }),
    __syscall_dup: withStream((stream) => fs.dup(stream).fd),
    __syscall_dup3: withStream((stream, target = -1) => {
      if (stream.fd === target) return -errnoNumber('EINVAL');
      const there = fs.streams[target];
      if (there) fs.close(there);
      return fs.dup(stream, target).fd;
    }),
    __syscall_fcntl64: withStream((stream, command = 0, pointer = 0) => {
      if (command === 3) return stream.flags;
      if (command !== 0) return -errnoNumber('EINVAL');
      let fd = memory.view.getInt32(pointer, true);
      while (fs.streams[fd]) ++fd;
      return fs.dup(stream, fd).fd;
    }),
    __syscall_openat: (_directory = 0, pointer = 0, flags = 0) => {
      try {
        return fs.open(memory.readText(pointer), flags).fd;
      } catch (error) {
        return -(error as ErrnoError).errno;
      }
    },
  };
}
