# SPDX-License-Identifier: Apache-2.0
"""What the prompt asks of curses, in Python: CPython's own loads the machine's curses library.

Capabilities are those that terminals have in common which took after xterm; `_FAMILIES` says where others differ.
"""

import os
import re

OK = 0
ERR = -1


class error(Exception):
    """Raised by all functions here."""


_XTERM = {
    "bel": b"\x07",
    "civis": b"\x1b[?25l",
    "clear": b"\x1b[H\x1b[2J",
    "cnorm": b"\x1b[?12l\x1b[?25h",
    "cub": b"\x1b[%p1%dD",
    "cub1": b"\x08",
    "cud": b"\x1b[%p1%dB",
    "cud1": b"\n",
    "cuf": b"\x1b[%p1%dC",
    "cuf1": b"\x1b[C",
    "cup": b"\x1b[%i%p1%d;%p2%dH",
    "cuu": b"\x1b[%p1%dA",
    "cuu1": b"\x1b[A",
    "dch": b"\x1b[%p1%dP",
    "dch1": b"\x1b[P",
    "el": b"\x1b[K",
    "hpa": b"\x1b[%i%p1%dG",
    "ich": b"\x1b[%p1%d@",
    "ind": b"\n",
    "ri": b"\x1bM",
    "rmkx": b"\x1b[?1l\x1b>",
    "smkx": b"\x1b[?1h\x1b=",
    "kcub1": b"\x1bOD",
    "kcud1": b"\x1bOB",
    "kcuf1": b"\x1bOC",
    "kcuu1": b"\x1bOA",
    "kdch1": b"\x1b[3~",
    "kend": b"\x1bOF",
    "kent": b"\x1bOM",
    "khome": b"\x1bOH",
    "kich1": b"\x1b[2~",
    "knp": b"\x1b[6~",
    "kpp": b"\x1b[5~",
    "kf1": b"\x1bOP",
    "kf2": b"\x1bOQ",
    "kf3": b"\x1bOR",
    "kf4": b"\x1bOS",
    **{
        f"kf{number}": b"\x1b[%d~" % code
        for number, code in enumerate((15, 17, 18, 19, 20, 21, 23, 24), start=5)
    },
}

_EDGES_BY_NUMBER = {"khome": b"\x1b[1~", "kend": b"\x1b[4~", "kent": None}
_SCREEN = _EDGES_BY_NUMBER | {"cnorm": b"\x1b[34h\x1b[?25h"}
_PLAIN_ARROWS = {"kcuu1": b"\x1b[A", "kcud1": b"\x1b[B", "kcuf1": b"\x1b[C", "kcub1": b"\x1b[D"}
_LINUX = (
    _EDGES_BY_NUMBER
    | _PLAIN_ARROWS
    | {"cnorm": b"\x1b[?25h\x1b[?0c", "smkx": None, "rmkx": None}
    | {f"kf{number}": b"\x1b[[" + bytes([64 + number]) for number in range(1, 6)}
)
_RXVT = _PLAIN_ARROWS | {"cnorm": b"\x1b[?25h", "khome": b"\x1b[7~", "kend": b"\x1b[8~"}
_OLD = {"civis": None, "cnorm": None, "dch": None, "dch1": None, "ich": None, "hpa": None}

# By how the name of a terminal begins.
_FAMILIES = {
    "xterm": {},
    "alacritty": {},
    "contour": {},
    "foot": {},
    "gnome": {},
    "iterm": {},
    "konsole": {},
    "mintty": {},
    "st-": {},
    "vte": {},
    "wezterm": {},
    "putty": _EDGES_BY_NUMBER,
    "screen": _SCREEN,
    "tmux": _SCREEN,
    "linux": _LINUX,
    "cygwin": _LINUX,
    "rxvt": _RXVT,
    "ansi": _PLAIN_ARROWS | {"civis": None, "cnorm": None, "smkx": None, "rmkx": None},
    "vt100": _OLD,
    "vt102": _OLD,
    "vt2": {},
    "vt3": {},
}

_capabilities = {}


def setupterm(term=None, fd=-1):
    """Choose the terminal of that name, or the one that TERM names."""
    name = term or os.environ.get("TERM") or "unknown"
    if isinstance(name, bytes):
        name = name.decode("ascii", "replace")
    for start, differences in _FAMILIES.items():
        if name.startswith(start):
            _capabilities.clear()
            _capabilities.update(_XTERM, **differences)
            return
    raise error("setupterm: could not find terminal")


def tigetstr(cap, /):
    """Return a capability of the terminal, or None."""
    if isinstance(cap, bytes):
        cap = cap.decode("ascii")
    return _capabilities.get(cap)


_PARAMETER = re.compile(rb"%(?:i|%|p(\d)%d)")


def tparm(text, /, *values):
    """Fill values into a capability, as far as the language of terminfo is used above."""
    numbers = [*values, *[0] * (9 - len(values))]

    def fill(match):
        if match[0] == b"%i":
            numbers[0] += 1
            numbers[1] += 1
            return b""
        return b"%" if match[1] is None else b"%d" % numbers[int(match[1]) - 1]

    return _PARAMETER.sub(fill, text)
