# SPDX-License-Identifier: Apache-2.0
"""Memory for Value, Array and their kin: it is this process's own, and costs nothing, until another is given it."""

import _taipan_blocks
import mmap
import os

from . import reduction, util

__all__ = ['Arena']


class Arena:
    """A place of which heap.Heap cuts blocks; `fd` names it for other processes, once it is shared."""

    def __init__(self, size, fd=-1):
        self.size = size
        self.fd = fd
        self.buffer = mmap.mmap(fd, size)

    def share(self):
        if self.fd == -1:
            self.fd = _taipan_blocks.share(self.buffer)
            util.Finalize(self, os.close, (self.fd,))


def _reduce_arena(arena):
    arena.share()
    return _rebuild_arena, (arena.size, reduction.DupFd(arena.fd))


def _rebuild_arena(size, fd):
    return Arena(size, fd.detach())


reduction.register(Arena, _reduce_arena)
