# SPDX-License-Identifier: Apache-2.0
"""The password database, read from /etc/passwd.

WebAssembly's C libraries have no user database. Where the host's files are visible this module reads the real one;
where there is none, as in a browser, the database has one user: the one who runs.
"""

import os
from collections import namedtuple

__all__ = ["getpwall", "getpwnam", "getpwuid", "struct_passwd"]

_PATH = "/etc/passwd"

struct_passwd = namedtuple(
    "struct_passwd", ["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"]
)
struct_passwd.__module__ = "pwd"


def _current_user():
    uid = os.getuid() if hasattr(os, "getuid") else 0
    gid = os.getgid() if hasattr(os, "getgid") else 0
    name = os.environ.get("USER") or ("root" if uid == 0 else "user")
    return struct_passwd(name, "x", uid, gid, "", os.environ.get("HOME", "/"), "/bin/sh")


def _parse(line):
    fields = line.rstrip("\n").split(":")
    if len(fields) != 7 or line.startswith("#"):
        return None
    try:
        return struct_passwd(*fields[:2], int(fields[2]), int(fields[3]), *fields[4:])
    except ValueError:
        return None


def getpwall():
    """Return a list of all available password database entries, in arbitrary order."""
    try:
        with open(_PATH, encoding="utf-8", errors="surrogateescape") as file:
            entries = [entry for entry in map(_parse, file) if entry is not None]
    except OSError:
        entries = []
    return entries or [_current_user()]


def getpwuid(uid, /):
    """Return the password database entry for the given numeric user ID."""
    if not isinstance(uid, int):
        raise TypeError(f"uid should be integer, not {type(uid).__name__}")
    for entry in getpwall():
        if entry.pw_uid == uid:
            return entry
    raise KeyError(f"getpwuid(): uid not found: {uid}")


def getpwnam(name, /):
    """Return the password database entry for the given user name."""
    if not isinstance(name, str):
        raise TypeError(f"getpwnam() argument must be str, not {type(name).__name__}")
    if "\0" in name:
        raise ValueError("embedded null byte")
    for entry in getpwall():
        if entry.pw_name == name:
            return entry
    raise KeyError(f"getpwnam(): name not found: {name!r}")
