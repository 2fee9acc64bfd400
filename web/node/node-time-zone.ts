// SPDX-License-Identifier: Apache-2.0
// The machine's file on the local time zone.

import fs from 'node:fs';

const kDatabase = '/usr/share/zoneinfo';
const kLocal = '/etc/localtime';

/** `name` is the variable TZ; null when the machine has no such file. */
export function timeZoneFile(name: string | undefined): Uint8Array | null {
  try {
    return fs.readFileSync(pathOf(name));
  } catch {
    return null;
  }
}

function pathOf(name: string | undefined): string {
  if (name === undefined) return kLocal;
  const plain = name.replace(/^:/, '') || 'UTC';
  return plain.startsWith('/') ? plain : `${kDatabase}/${plain}`;
}
