// SPDX-License-Identifier: Apache-2.0
// Pipes as descriptors of Emscripten's file system, whose own neither fill up nor end.

import type { FileStream, FileSystem, HeapView, ImportTable, StreamOps } from './emscripten.ts';
import { errnoOf } from './errno.ts';
import type { GuestMemory } from './guest-memory.ts';
import { Pipe } from './pipe.ts';

const S_IFIFO = 0o010000;
const kWriteOnly = 1;
const kAccessMode = 3;
const kAppend = 0o2000;
export const kNonBlocking = 0o4000;
/** What F_SETFL may change. */
const kSettable = kAppend | kNonBlocking;
const kSetFlags = 4;

/** Puts our calls in place of Emscripten's. REQUIRES: the module is not instantiated yet. */
export function installPipes(
  fs: FileSystem,
  memory: GuestMemory,
  env: ImportTable,
  changed: () => void,
): void {
  const ops = pipeOps(fs);
  env['__syscall_pipe'] = (pair = 0) => {
    const pipe = new Pipe(changed);
    const node = new fs.FSNode(null, '', S_IFIFO | 0o600, 0);
    const ends = [0, kWriteOnly].map((flags) =>
      fs.createStream({ node, path: 'pipe', flags, seekable: false, position: 0, stream_ops: ops, pipe }),
    );
    ends.forEach(({ fd }, index) => {
      memory.view.setInt32(pair + index * 4, fd ?? -1, true);
    });
    return 0;
  };
  const control = env['__syscall_fcntl64'] as (...args: number[]) => number;
  // Emscripten's sets flags and never clears one.
  env['__syscall_fcntl64'] = (fd = -1, command = 0, ...rest) => {
    const stream = fs.streams[fd];
    if (command !== kSetFlags || !stream) return control(fd, command, ...rest);
    const flags = memory.view.getInt32(rest[0] ?? 0, true);
    stream.flags = (stream.flags & ~kSettable) | (flags & kSettable);
    return 0;
  };
}

function pipeOps(fs: FileSystem): Partial<StreamOps> {
  const pipeOf = ({ pipe }: FileStream): Pipe => {
    if (pipe instanceof Pipe) return pipe;
    throw new Error('a call for a pipe reached a stream that is none');
  };
  const count = (stream: FileStream, by: number): void => {
    if (isWriter(stream)) pipeOf(stream).countWriters(by);
    else pipeOf(stream).countReaders(by);
  };
  const guarded = (call: () => number): number => {
    try {
      return call();
    } catch (error) {
      throw new fs.ErrnoError(errnoOf(error));
    }
  };
  const view = (heap: HeapView, offset: number, length: number): Uint8Array =>
    new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
  return {
    close: (stream) => {
      count(stream, -1);
    },
    dup: (stream) => {
      count(stream, 1);
    },
    read: (stream, heap, offset, length) => guarded(() => pipeOf(stream).read(view(heap, offset, length))),
    write: (stream, heap, offset, length) => guarded(() => pipeOf(stream).write(view(heap, offset, length))),
    poll: (stream) => (isWriter(stream) ? pipeOf(stream).writeEvents : pipeOf(stream).readEvents),
  };
}

function isWriter({ flags }: FileStream): boolean {
  return (flags & kAccessMode) === kWriteOnly;
}
