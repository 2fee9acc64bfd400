// SPDX-License-Identifier: Apache-2.0
// What this process has open below a folder, for tests that nothing is left open.
import fs from 'node:fs';

export function openHandlesIn(folder: string): number {
  return fs.readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}
