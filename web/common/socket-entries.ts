// SPDX-License-Identifier: Apache-2.0
// Names of Unix sockets in folders: the kernel has the sockets, and a small file stands for each name. Whoever looks at the
// file is told that it is a socket.

import { fileType, OpenFlag, S_IFREG, S_IFSOCK, type HostFiles, type HostStat } from './host-files.ts';
import { bytesFromText } from './path-text.ts';

/** What is in such a file; runtime/sockets/sockets.cpp writes it. */
const kText = bytesFromText('taipan: a socket of a running program\n');
const kPermissions = 0o7777;

/** The status of a file by its path, as it is to be seen. */
export function seenStat(files: HostFiles, path: string, stat: HostStat): HostStat {
  if (stat.size !== kText.length || fileType(stat.mode) !== S_IFREG || !hasText(files, path)) return stat;
  return { ...stat, mode: S_IFSOCK | (stat.mode & kPermissions), size: 0 };
}

function hasText(files: HostFiles, path: string): boolean {
  try {
    const handle = files.open(path, OpenFlag.noFollow, 0);
    try {
      const found = new Uint8Array(kText.length);
      return files.read(handle, found, 0) === kText.length && found.every((byte, at) => byte === kText[at]);
    } finally {
      files.close(handle);
    }
  } catch {
    return false;
  }
}
