// SPDX-License-Identifier: Apache-2.0
// Which files answer for a path.

import type { HostFiles } from './host-files.ts';
import { isWithin, normalPath } from './path-text.ts';

export interface Mount {
  /** An absolute directory without a slash at its end, except "/" itself. */
  readonly at: string;
  readonly files: HostFiles;
  /** Directories below that are not the host's. */
  readonly except?: readonly string[];
}

/** Finds the files that answer for an absolute path, those of the deepest mount that holds it; null when none does. */
export function router(mounts: readonly Mount[]): (path: string) => HostFiles | null {
  const deepest = [...mounts].sort((a, b) => b.at.length - a.at.length);
  return (path) => {
    const normal = normalPath(path);
    for (const { at, files, except } of deepest) {
      if (!isWithin(normal, at)) continue;
      return except?.some((directory) => isWithin(normal, directory)) ? null : files;
    }
    return null;
  };
}
