// SPDX-License-Identifier: Apache-2.0
// Gives a process that another has started the descriptors that it gets from there.

import type { FileStream, FileSystem } from './emscripten.ts';
import type { FileLocks } from './file-locks.ts';
import type { HostFileSystem } from './host-file-system.ts';
import { KernelFile, type KernelFiles } from './kernel-files.ts';
import type { InheritedDescriptor } from './process-start.ts';

/** REQUIRES: descriptors 0, 1 and 2 are the standard streams and there are no others. */
export function inheritDescriptors(
  fs: FileSystem,
  kernelFiles: KernelFiles,
  hostFiles: HostFileSystem,
  locks: FileLocks,
  descriptors: readonly InheritedDescriptor[],
): void {
  const standard = [0, 1, 2].map((fd) => fs.streams[fd]);
  for (const fd of [0, 1, 2]) fs.streams[fd] = null;
  // What has no number of its own yet must not stand in the way of what has.
  const numbered = [...descriptors].sort((a, b) => Number(a.kind === 'path') - Number(b.kind === 'path'));
  const opened = new Map<string, FileStream>();
  for (const one of numbered) {
    const file = openFileOf(one);
    const first = opened.get(file);
    if (first) {
      const copy = fs.createStream(first, one.fd);
      copy.stream_ops.dup?.(copy);
      continue;
    }
    switch (one.kind) {
      case 'standard': {
        const stream = standard[one.stream];
        if (stream) fs.createStream(stream, one.fd);
        break;
      }
      case 'kernel':
        opened.set(file, kernelFiles.open(new KernelFile(one.handle, one.type), one.flags, one.fd));
        break;
      case 'file': {
        const stream = hostFiles.adopt(one.fd, one.path, one.flags, one.handle, one.shared);
        if (one.shared >= 0) opened.set(file, stream);
        if (one.lock !== undefined) locks.adopt(stream, one.lock);
        break;
      }
      case 'path':
        openAgain(fs, hostFiles, one);
        break;
    }
  }
}

/** Names what descriptors that are the same open file share: flags, and the position. */
function openFileOf(one: InheritedDescriptor): string {
  if (one.kind === 'kernel') return `kernel ${one.handle}`;
  return one.kind === 'file' ? `file ${one.shared}` : '';
}

function openAgain(
  fs: FileSystem,
  hostFiles: HostFileSystem,
  { path, flags, fd, position }: InheritedDescriptor & { kind: 'path' },
): void {
  let stream: FileStream;
  try {
    stream = hostFiles.openStream(path, '/', flags, 0);
  } catch {
    return; // gone meanwhile
  }
  if (stream.seekable) stream.position = position;
  if (stream.fd === fd) return;
  fs.streams[stream.fd ?? -1] = null;
  fs.createStream(stream, fd);
}
