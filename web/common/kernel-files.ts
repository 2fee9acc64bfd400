// SPDX-License-Identifier: Apache-2.0
// Descriptors for what the kernel has (pipes, sockets, terminals) in Emscripten's table. The program reads and writes
// them by asking the kernel (runtime/descriptors.cpp); here they are only opened, duplicated and closed.

import type { FileStream, FileSystem, StreamOps } from './emscripten.ts';
import { S_IFCHR, S_IFIFO, S_IFSOCK } from './host-files.ts';
import type { KernelConnection } from './kernel-connection.ts';
import { request, Request } from './kernel-wire.ts';

const kName: ReadonlyMap<number, string> = new Map([
  [S_IFIFO, 'pipe'],
  [S_IFSOCK, 'socket'],
  [S_IFCHR, 'tty'],
]);

/** What a stream of the kernel's carries; duplicates of a descriptor share it. */
export class KernelFile {
  readonly handle: number;
  /** The file type bits of st_mode. */
  readonly type: number;
  references = 0;

  constructor(handle: number, type: number) {
    this.handle = handle;
    this.type = type;
  }
}

export class KernelFiles {
  readonly #fs: FileSystem;
  readonly #ops: Partial<StreamOps>;

  constructor(fs: FileSystem, connection: KernelConnection) {
    this.#fs = fs;
    this.#ops = {
      dup: (stream) => {
        fileOf(stream).references++;
      },
      close: (stream) => {
        const file = fileOf(stream);
        if (--file.references === 0) connection.tell(request(Request.close).u32(file.handle).take());
      },
    };
  }

  /** The kernel's number for a descriptor; negative for all others. */
  handleOf(fd: number): number {
    const file = this.#fs.streams[fd]?.kernel;
    return file instanceof KernelFile ? file.handle : -1;
  }

  /** A descriptor, the one that is wanted or the lowest. Throws Emscripten's error when there are too many. */
  open(file: KernelFile, flags: number, fd?: number): FileStream {
    const node = new this.#fs.FSNode(null, '', file.type | 0o600, 0);
    const path = `${kName.get(file.type) ?? 'kernel'}:[${String(file.handle)}]`;
    const stream = this.#fs.createStream(
      { node, path, flags, seekable: false, position: 0, stream_ops: this.#ops, kernel: file },
      fd,
    );
    file.references++;
    return stream;
  }
}

function fileOf({ kernel }: FileStream): KernelFile {
  if (kernel instanceof KernelFile) return kernel;
  throw new Error("a call for a file of the kernel's reached a stream that is none");
}
