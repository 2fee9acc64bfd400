// SPDX-License-Identifier: Apache-2.0
// How many descriptors a program may have. Emscripten looks at its own limit in some calls only, and lets one more be.

import type { FileSystem } from './emscripten.ts';
import { errnoNumber } from './errno.ts';

/** Holds the limit. Gives the import that sets it: runtime/host_imports.h. */
export function installDescriptorLimit(fs: FileSystem): (limit: number) => number {
  const create = fs.createStream.bind(fs);
  fs.createStream = (stream, fd = -1) => {
    const at = fd < 0 ? fs.nextfd() : fd;
    if (at >= fs.MAX_OPEN_FDS) throw new fs.ErrnoError(errnoNumber('EMFILE'));
    return create(stream, at);
  };
  return (limit) => {
    const before = fs.MAX_OPEN_FDS;
    if (limit >= 0) fs.MAX_OPEN_FDS = limit;
    return before;
  };
}
