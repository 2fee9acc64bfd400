// SPDX-License-Identifier: Apache-2.0
// Several HostFiles as one, each where it is mounted.

import { HostError } from './errno.ts';
import type { Handle, HostFiles } from './host-files.ts';
import { router, type Mount } from './mounts.ts';

interface Opened {
  readonly files: HostFiles;
  readonly handle: Handle;
}

export interface MountedFiles extends HostFiles {
  /** The handle that the mounted files themselves have given out. */
  inner(handle: Handle): Handle;
  /** Another inner handle of an open file, for another process; null where there can be none. */
  give(handle: Handle, flags: number): Handle | null;
  /** Makes what another process has open one's own, by its name and its inner handle. */
  adopt(path: string, foreign: Handle, flags: number): Handle;
  /** Closes an inner handle that nobody took. */
  closeInner(path: string, foreign: Handle): void;
}

export function mountedFiles(mounts: readonly Mount[]): MountedFiles {
  const route = router(mounts);
  const opened = new Map<Handle, Opened>();
  let lastHandle = 0;
  const at = (path: string): HostFiles => {
    const files = route(path);
    if (!files) throw new HostError('ENOENT');
    return files;
  };
  const both = (from: string, to: string): HostFiles => {
    if (at(from) !== at(to)) throw new HostError('EXDEV');
    return at(from);
  };
  const of = (handle: Handle): Opened => {
    const one = opened.get(handle);
    if (!one) throw new HostError('EBADF');
    return one;
  };
  const add = (files: HostFiles, handle: Handle): Handle => {
    opened.set(++lastHandle, { files, handle });
    return lastHandle;
  };
  return {
    inner: (handle) => of(handle).handle,
    give: (handle, flags) => {
      const { files, handle: own } = of(handle);
      return files.duplicate?.(own, flags) ?? null;
    },
    adopt: (path, foreign, flags) => {
      const files = at(path);
      if (!files.duplicate) throw new HostError('EBADF');
      return add(files, files.duplicate(foreign, flags));
    },
    closeInner: (path, foreign) => {
      at(path).close(foreign);
    },
    stat: (path) => at(path).stat(path),
    lstat: (path) => at(path).lstat(path),
    readdir: (path) => at(path).readdir(path),
    readlink: (path) => at(path).readlink(path),
    realpath: (path) => at(path).realpath(path),
    access: (path, mode) => {
      at(path).access(path, mode);
    },
    mkdir: (path, mode) => {
      at(path).mkdir(path, mode);
    },
    rmdir: (path) => {
      at(path).rmdir(path);
    },
    unlink: (path) => {
      at(path).unlink(path);
    },
    rename: (from, to) => {
      both(from, to).rename(from, to);
    },
    symlink: (target, path) => {
      at(path).symlink(target, path);
    },
    link: (from, to) => {
      both(from, to).link(from, to);
    },
    chmod: (path, mode) => {
      at(path).chmod(path, mode);
    },
    chown: (path, uid, gid, follow) => {
      at(path).chown(path, uid, gid, follow);
    },
    utimes: (path, atime, mtime, follow) => {
      at(path).utimes(path, atime, mtime, follow);
    },
    truncate: (path, size) => {
      at(path).truncate(path, size);
    },
    open: (path, flags, mode) => {
      const files = at(path);
      return add(files, files.open(path, flags, mode));
    },
    close: (handle) => {
      const { files, handle: own } = of(handle);
      opened.delete(handle);
      files.close(own);
    },
    fstat: (handle) => of(handle).files.fstat(of(handle).handle),
    read: (handle, into, position) => of(handle).files.read(of(handle).handle, into, position),
    write: (handle, from, position) => of(handle).files.write(of(handle).handle, from, position),
    ftruncate: (handle, size) => {
      of(handle).files.ftruncate(of(handle).handle, size);
    },
    fchmod: (handle, mode) => {
      of(handle).files.fchmod(of(handle).handle, mode);
    },
    fchown: (handle, uid, gid) => {
      of(handle).files.fchown(of(handle).handle, uid, gid);
    },
    futimes: (handle, atime, mtime) => {
      of(handle).files.futimes(of(handle).handle, atime, mtime);
    },
    fsync: (handle) => {
      of(handle).files.fsync(of(handle).handle);
    },
  };
}
