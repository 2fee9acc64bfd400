# SPDX-License-Identifier: Apache-2.0
"""Shared memory of POSIX, for platforms whose processes have each a memory of their own: there is none."""

import errno


def shm_open(path, flags, mode=0o777):
    raise OSError(errno.ENOTSUP, 'processes share no memory here; use a Value or an Array of multiprocessing with a lock, '
                  'a Manager, a Queue or a Pipe')


def shm_unlink(path):
    raise FileNotFoundError(errno.ENOENT, 'there is no shared memory here', path)
