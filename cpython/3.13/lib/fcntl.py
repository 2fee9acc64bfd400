# SPDX-License-Identifier: Apache-2.0
"""File control on WASI, whose one process has all its files to itself: locks succeed, flags are constant."""

import errno as _errno
import os as _os

F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW = 0, 1, 2, 3, 4, 5, 6, 7
F_RDLCK, F_WRLCK, F_UNLCK = 0, 1, 2
FD_CLOEXEC = 1
LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN = 1, 2, 4, 8


def _descriptor(fd):
    if not isinstance(fd, int):
        fd = fd.fileno()
    if fd < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({fd})")
    _os.fstat(fd)
    return fd


def fcntl(fd, cmd, arg=0, /):
    """Perform the operation cmd on file descriptor fd."""
    _descriptor(fd)
    if cmd == F_GETFD:
        return FD_CLOEXEC
    if cmd in (F_SETFD, F_SETLK, F_SETLKW):
        return arg if isinstance(arg, bytes) else 0
    if cmd == F_GETFL:
        return _os.O_RDWR
    raise OSError(_errno.EINVAL, _os.strerror(_errno.EINVAL))


def ioctl(fd, request, arg=0, mutate_flag=True, /):
    """There is no device to control."""
    _descriptor(fd)
    raise OSError(_errno.ENOTTY, _os.strerror(_errno.ENOTTY))


def flock(fd, operation, /):
    """Lock or unlock a whole file; nobody else could hold a lock."""
    _descriptor(fd)


def lockf(fd, cmd, len=0, start=0, whence=0, /):
    """Lock or unlock a part of a file; nobody else could hold a lock."""
    _descriptor(fd)
    if not cmd & (LOCK_SH | LOCK_EX | LOCK_UN):
        raise ValueError("unrecognized lockf argument")
