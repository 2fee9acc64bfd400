# SPDX-License-Identifier: Apache-2.0
"""Terminal attributes on WASI, which has no calls for them: every descriptor says that it is no terminal."""

import errno as _errno
import os as _os


class error(Exception):
    """Raised by all functions here."""


TCSANOW, TCSADRAIN, TCSAFLUSH = 0, 1, 2
TCIFLUSH, TCOFLUSH, TCIOFLUSH = 0, 1, 2
TCOOFF, TCOON, TCIOFF, TCION = 0, 1, 2, 3
BRKINT, ICRNL, INPCK, ISTRIP, IXON = 0o2, 0o400, 0o20, 0o40, 0o2000
OPOST = 0o1
CSIZE, CS8, PARENB = 0o60, 0o60, 0o400
ECHO, ICANON, IEXTEN, ISIG = 0o10, 0o2, 0o100000, 0o1
VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN = range(7)
B9600, B38400 = 0o15, 0o17
TIOCGWINSZ = 0x5413


def _no_terminal(fd):
    _os.fstat(fd if isinstance(fd, int) else fd.fileno())
    raise error(_errno.ENOTTY, _os.strerror(_errno.ENOTTY))


def tcgetattr(fd, /):
    """Get the tty attributes for file descriptor fd."""
    _no_terminal(fd)


def tcsetattr(fd, when, attributes, /):
    """Set the tty attributes for file descriptor fd."""
    _no_terminal(fd)


def tcsendbreak(fd, duration, /):
    """Send a break on file descriptor fd."""
    _no_terminal(fd)


def tcdrain(fd, /):
    """Wait until all output written to file descriptor fd has been transmitted."""
    _no_terminal(fd)


def tcflush(fd, queue, /):
    """Discard queued data on file descriptor fd."""
    _no_terminal(fd)


def tcflow(fd, action, /):
    """Suspend or resume input or output on file descriptor fd."""
    _no_terminal(fd)


def tcgetwinsize(fd, /):
    """Get the tty winsize for file descriptor fd."""
    _no_terminal(fd)


def tcsetwinsize(fd, winsize, /):
    """Set the tty winsize for file descriptor fd."""
    _no_terminal(fd)
