// SPDX-License-Identifier: Apache-2.0
// Error numbers as the interpreter's C library knows them (Emscripten shares WASI's), by POSIX name.
// Hosts report failures by name, because every host numbers them differently.

const ERRNO = {
  E2BIG: 1,
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  ECHILD: 12,
  EDQUOT: 19,
  EEXIST: 20,
  EFAULT: 21,
  EFBIG: 22,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  EMLINK: 34,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENODEV: 43,
  ENOENT: 44,
  ENOEXEC: 45,
  ENOLCK: 46,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTSUP: 138,
  ENOTTY: 59,
  ENXIO: 60,
  EOPNOTSUPP: 138,
  EOVERFLOW: 61,
  EPERM: 63,
  EPIPE: 64,
  ERANGE: 68,
  EROFS: 69,
  ESPIPE: 70,
  ESRCH: 71,
  ESTALE: 72,
  ETXTBSY: 74,
  EXDEV: 75,
} as const;

export type ErrnoName = keyof typeof ERRNO;

/** What a HostFiles implementation throws; node:fs errors have the same `code`. */
export class HostError extends Error {
  readonly code: ErrnoName;

  constructor(code: ErrnoName) {
    super(code);
    this.code = code;
  }
}

export function errnoNumber(name: ErrnoName): number {
  return ERRNO[name];
}

const kNames = new Map<number, ErrnoName>(
  Object.entries(ERRNO).map(([name, number]) => [number, name as ErrnoName]),
);

/** EIO for what has no name here. */
export function errnoName(number: number): ErrnoName {
  return kNames.get(number) ?? 'EIO';
}

export function isErrnoName(name: string): name is ErrnoName {
  return Object.hasOwn(ERRNO, name);
}

/** The number of a thrown host error; anything that is not one is our own bug and is thrown on. */
export function errnoOf(error: unknown): number {
  if (typeof error === 'object' && error !== null) {
    if ('code' in error && typeof error.code === 'string') {
      return isErrnoName(error.code) ? ERRNO[error.code] : ERRNO.EIO;
    }
    // Emscripten's own file systems throw FS.ErrnoError, which carries the number.
    if ('errno' in error && typeof error.errno === 'number') return error.errno;
  }
  throw error;
}
