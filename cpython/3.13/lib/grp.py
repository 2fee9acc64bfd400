# SPDX-License-Identifier: Apache-2.0
"""The group database, read from /etc/group.

WebAssembly's C libraries have no group database. Where the host's files are visible this module reads the real one;
where there is none, as in a browser, the database has one group: that of the user who runs.
"""

import os
from collections import namedtuple

__all__ = ["getgrall", "getgrgid", "getgrnam", "struct_group"]

_PATH = "/etc/group"

struct_group = namedtuple("struct_group", ["gr_name", "gr_passwd", "gr_gid", "gr_mem"])
struct_group.__module__ = "grp"


def _current_group():
    gid = os.getgid() if hasattr(os, "getgid") else 0
    return struct_group("root" if gid == 0 else "user", "x", gid, [])


def _parse(line):
    fields = line.rstrip("\n").split(":")
    if len(fields) != 4 or line.startswith("#"):
        return None
    try:
        return struct_group(fields[0], fields[1], int(fields[2]), [name for name in fields[3].split(",") if name])
    except ValueError:
        return None


def getgrall():
    """Return a list of all available group entries, in arbitrary order."""
    try:
        with open(_PATH, encoding="utf-8", errors="surrogateescape") as file:
            entries = [entry for entry in map(_parse, file) if entry is not None]
    except OSError:
        entries = []
    return entries or [_current_group()]


def getgrgid(id):
    """Return the group database entry for the given numeric group ID."""
    if not isinstance(id, int):
        raise TypeError(f"gid should be integer, not {type(id).__name__}")
    for entry in getgrall():
        if entry.gr_gid == id:
            return entry
    raise KeyError(f"getgrgid(): gid not found: {id}")


def getgrnam(name):
    """Return the group database entry for the given group name."""
    if not isinstance(name, str):
        raise TypeError(f"getgrnam() argument must be str, not {type(name).__name__}")
    if "\0" in name:
        raise ValueError("embedded null byte")
    for entry in getgrall():
        if entry.gr_name == name:
            return entry
    raise KeyError(f"getgrnam(): name not found: {name!r}")
