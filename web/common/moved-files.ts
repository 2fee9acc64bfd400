// SPDX-License-Identifier: Apache-2.0
// A folder of other files under another name: what is at `outside` there is at `inside` here.

import { HostError } from './errno.ts';
import type { HostFiles } from './host-files.ts';
import { isWithin, normalPath } from './path-text.ts';

export function movedFiles(files: HostFiles, outside: string, inside: string): HostFiles {
  const out = (path: string): string => {
    // Its first part may be written in many ways, and none may lead to what is beside the folder.
    const normal = normalPath(path);
    if (!isWithin(normal, inside)) throw new HostError('ENOENT');
    return outside + normal.slice(inside.length);
  };
  const into = (path: string): string =>
    isWithin(path, outside) ? inside + path.slice(outside.length) : path;
  return {
    stat: (path) => files.stat(out(path)),
    lstat: (path) => files.lstat(out(path)),
    readdir: (path) => files.readdir(out(path)),
    readlink: (path) => into(files.readlink(out(path))),
    realpath: (path) => into(files.realpath(out(path))),
    access: (path, mode) => {
      files.access(out(path), mode);
    },
    mkdir: (path, mode) => {
      files.mkdir(out(path), mode);
    },
    rmdir: (path) => {
      files.rmdir(out(path));
    },
    unlink: (path) => {
      files.unlink(out(path));
    },
    rename: (from, to) => {
      files.rename(out(from), out(to));
    },
    symlink: (target, path) => {
      const isInside = target.startsWith('/') && isWithin(normalPath(target), inside);
      files.symlink(isInside ? out(target) : target, out(path));
    },
    link: (from, to) => {
      files.link(out(from), out(to));
    },
    chmod: (path, mode) => {
      files.chmod(out(path), mode);
    },
    chown: (path, uid, gid, follow) => {
      files.chown(out(path), uid, gid, follow);
    },
    utimes: (path, atime, mtime, follow) => {
      files.utimes(out(path), atime, mtime, follow);
    },
    truncate: (path, size) => {
      files.truncate(out(path), size);
    },
    open: (path, flags, mode) => files.open(out(path), flags, mode),
    close: (handle) => {
      files.close(handle);
    },
    ...(files.duplicate && { duplicate: (handle, flags) => files.duplicate?.(handle, flags) ?? handle }),
    fstat: (handle) => files.fstat(handle),
    read: (handle, into_, position) => files.read(handle, into_, position),
    write: (handle, from, position) => files.write(handle, from, position),
    ftruncate: (handle, size) => {
      files.ftruncate(handle, size);
    },
    fchmod: (handle, mode) => {
      files.fchmod(handle, mode);
    },
    fchown: (handle, uid, gid) => {
      files.fchown(handle, uid, gid);
    },
    futimes: (handle, atime, mtime) => {
      files.futimes(handle, atime, mtime);
    },
    fsync: (handle) => {
      files.fsync(handle);
    },
  };
}
