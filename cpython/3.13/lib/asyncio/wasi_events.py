# SPDX-License-Identifier: Apache-2.0
"""The event loop for WASI, without a pipe to itself.

Elsewhere a loop that waits is woken through such a pipe, by other threads and by signals. On WASI there are no others to be
woken by: the loop waits for its timers and files, and when there are none it would wait for ever.
"""

import errno
import os
import signal
import socket

from . import coroutines, events, unix_events

__all__ = ('SelectorEventLoop', 'DefaultEventLoopPolicy', 'EventLoop')


def _lookup(name):
    if not hasattr(socket, 'gethostbyname'):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    return getattr(socket, name)


class SelectorEventLoop(unix_events._UnixSelectorEventLoop):

    def _make_self_pipe(self):
        self._ssock = self._csock = None

    def _close_self_pipe(self):
        pass

    def _check_signal(self, sig):
        if not isinstance(sig, int):
            raise TypeError(f'sig must be an int, not {sig!r}')
        if not 0 < sig < signal.NSIG:
            raise ValueError(f'invalid signal number {sig}')

    def add_signal_handler(self, sig, callback, *args):
        if coroutines.iscoroutine(callback) or coroutines.iscoroutinefunction(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self._check_signal(sig)
        self._check_closed()
        self._signal_handlers[sig] = events.Handle(callback, args, self, None)
        try:
            signal.signal(sig, lambda number, frame: self._handle_signal(number))
        except OSError:
            del self._signal_handlers[sig]
            raise RuntimeError(f'sig {sig} cannot be caught') from None

    async def getaddrinfo(self, host, port, *, family=0, type=0, proto=0, flags=0):
        return _lookup('getaddrinfo')(host, port, family, type, proto, flags)

    async def getnameinfo(self, sockaddr, flags=0):
        return _lookup('getnameinfo')(sockaddr, flags)

    def _run_once(self):
        self._check_that_waiting_ends()
        super()._run_once()

    def _check_that_waiting_ends(self):
        if self._ready or self._stopping or self._selector.get_map():
            return
        if all(timer._cancelled for timer in self._scheduled):
            raise RuntimeError("the event loop would wait for ever: every task waits for another, "
                               "there is no timer, and nothing outside can wake it")

    def run_in_executor(self, executor, func, *args):
        if executor is None and self._default_executor is None:
            raise RuntimeError("can't start new thread: there are none here for run_in_executor() and to_thread(), "
                               "call the function itself")
        return super().run_in_executor(executor, func, *args)

    async def shutdown_default_executor(self, timeout=None):
        # What the program gave as one; without threads there is nothing to wait for.
        self._executor_shutdown_called = True
        if self._default_executor is not None:
            self._default_executor.shutdown()


class DefaultEventLoopPolicy(unix_events._UnixDefaultEventLoopPolicy):
    _loop_factory = SelectorEventLoop


EventLoop = SelectorEventLoop
