// SPDX-License-Identifier: Apache-2.0
// The prompt's history as a file that the page keeps: reading gives what the page had, writing hands it over.

import type { FileStream, FileSystem } from '../common/emscripten.ts';
import { bytesFromText, textFromBytes } from '../common/path-text.ts';

/** Of the file system's devices; the standard streams have 0 to 2. */
const kDevice = [136, 3] as const;
const kWriting = 3;

/** REQUIRES: the folder is there. */
export function mountHistory(
  fs: FileSystem,
  path: string,
  kept: string,
  keep: (history: string) => void,
): void {
  let bytes = bytesFromText(kept);
  const written = new WeakMap<FileStream, Uint8Array[]>();
  const device = fs.makedev(...kDevice);
  fs.registerDevice(device, {
    open: (stream) => {
      if (stream.flags & kWriting) written.set(stream, []);
    },
    read: (_stream, heap, offset, length, position) => {
      const part = bytes.subarray(position, position + length);
      heap.set(part, offset);
      return part.length;
    },
    write: (stream, heap, offset, length) => {
      written.get(stream)?.push(new Uint8Array(heap.slice(offset, offset + length)));
      return length;
    },
    llseek: (stream, offset, whence) => (whence === 1 ? stream.position : 0) + offset,
    close: (stream) => {
      const parts = written.get(stream);
      if (!parts) return;
      bytes = joined(parts);
      keep(textFromBytes(bytes));
    },
  });
  fs.mkdev(path, 0o600, device);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
