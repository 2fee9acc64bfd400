# SPDX-License-Identifier: Apache-2.0
"""Value, Array and Barrier for processes that have each a memory of their own: the lock that guards a block carries it.

Each process has a copy of a block, and the kernel has one for all. Who takes the lock gets what has changed meanwhile,
who gives it back hands over what it has changed. Until a block is given to another process it is memory like any other.
"""

import _multiprocessing
import _taipan_blocks
import atexit
import errno
import mmap
import os
import threading
import weakref

from . import context, reduction, util

__all__ = ['SemLock', 'Arena', 'Block', 'Cells', 'guard', 'current']

_RECURSIVE_MUTEX = 0

_shared = weakref.WeakSet()
_guarding = threading.Lock()


class SemLock(_multiprocessing.SemLock):
    """A lock or semaphore that knows the blocks it guards."""

    _blocks = ()

    def guard(self, block):
        with _guarding:
            self._blocks = (*(one for one in self._blocks if one() is not None), weakref.ref(block))

    def acquire(self, block=True, timeout=None):
        taken = super().acquire(block, timeout)
        if taken and self._blocks and self._is_outermost():
            try:
                for one in self._alive():
                    one.refresh()
            except BaseException:
                super().release()
                raise
        return taken

    def release(self):
        try:
            if self._blocks and self._is_outermost():
                for one in self._alive():
                    one.publish()
        finally:
            super().release()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *args):
        self.release()

    def _alive(self):
        return [one for one in (reference() for reference in self._blocks) if one is not None]

    def _is_outermost(self):
        return self.kind != _RECURSIVE_MUTEX or (self._is_mine() and self._count() == 1)


class Arena:
    """Memory of this process's own, of which blocks are cut, and the kernel's counterpart once it is needed."""

    def __init__(self, size, fd=-1):
        self.size = size
        self.fd = fd
        self.buffer = mmap.mmap(-1, size)

    def share(self):
        if self.fd == -1:
            self.fd = _taipan_blocks.make(self.size)
            util.Finalize(self, os.close, (self.fd,))


def _reduce_arena(arena):
    return _rebuild_arena, (arena.size, reduction.DupFd(arena.fd))


def _rebuild_arena(size, fd):
    return Arena(size, fd.detach())


reduction.register(Arena, _reduce_arena)


class Block:
    """What heap.BufferWrapper stands on: a block is `_state`, a part of an arena."""

    _lock = None
    # What the kernel has, as far as is known, once the block is shared.
    _known = None
    _version = 0

    def guarded_by(self, lock):
        """From now on whoever holds the lock has what others have made of the block."""
        while hasattr(lock, '_lock'):
            lock = lock._lock
        lock = getattr(lock, '_semlock', None)
        if lock is not None:
            lock.guard(self)
            self._lock = lock

    def refresh(self):
        """Takes over what others have changed; without the lock, as it is just now."""
        if self._known is not None:
            arena, start, local = self._place()
            self._version = _taipan_blocks.load(arena.fd, start, local, self._known, self._version)

    def publish(self):
        """Hands over what has changed here."""
        if self._known is None:
            return
        arena, start, local = self._place()
        version = _taipan_blocks.store(arena.fd, start, local, self._known, False)
        # Else others, too, have changed something, which is not here yet.
        if version == self._version + 1:
            self._version = version

    def _place(self):
        (arena, start, stop), size = self._state
        return arena, start, memoryview(arena.buffer)[start:start + size]

    def __getstate__(self):
        context.assert_spawning(self)
        if self._lock is None:
            raise OSError(errno.ENOTSUP, 'processes share no memory here, so what has no lock cannot be the same for '
                          'all of them; use a Value or an Array with a lock, a Manager, a Queue or a Pipe')
        if self._known is None:
            arena, start, local = self._place()
            arena.share()
            known = bytearray(local)
            _taipan_blocks.store(arena.fd, start, local, known, True)
            self._known = known
            _shared.add(self)
        else:
            self.publish()
        return self._state

    def __setstate__(self, state):
        self._state = state
        self._known = bytearray(state[1])
        _shared.add(self)
        self.refresh()


class Cells:
    """The numbers of a block, as memoryview.cast() gives them; without the lock each is read as it is just now."""

    def __init__(self, block, lock):
        block.guarded_by(lock)
        self._block = block
        self._numbers = block.create_memoryview().cast('i')

    def __getitem__(self, index):
        if not self._block._lock._is_mine():
            self._block.refresh()
        return self._numbers[index]

    def __setitem__(self, index, number):
        self._numbers[index] = number


def guard(obj, lock):
    """`lock` guards the ctypes object, if its memory is to be shared."""
    block = getattr(obj, '_wrapper', None)
    if block is not None:
        block.guarded_by(lock)


def current(obj):
    """The ctypes object, as it is just now if its lock is not held."""
    block = getattr(obj, '_wrapper', None)
    if block is not None and block._lock is not None and not block._lock._is_mine():
        block.refresh()
    return obj


@atexit.register
def _publish_all():
    # What was changed without the lock; the end of a process is the last occasion.
    for block in list(_shared):
        block.publish()
