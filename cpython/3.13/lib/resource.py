# SPDX-License-Identifier: Apache-2.0
"""Resource limits and usage on WASI, where nothing is limited and only the time is known."""

import time
from collections import namedtuple

RLIM_INFINITY = -1

(
    RLIMIT_CPU,
    RLIMIT_FSIZE,
    RLIMIT_DATA,
    RLIMIT_STACK,
    RLIMIT_CORE,
    RLIMIT_RSS,
    RLIMIT_NPROC,
    RLIMIT_NOFILE,
    RLIMIT_MEMLOCK,
    RLIMIT_AS,
) = range(10)
_LIMITS = 16
_FIRST = {RLIMIT_NOFILE: (1024, 1024)}

RUSAGE_SELF, RUSAGE_CHILDREN, RUSAGE_THREAD = 0, -1, 1

error = OSError

struct_rusage = namedtuple(
    "struct_rusage",
    "ru_utime ru_stime ru_maxrss ru_ixrss ru_idrss ru_isrss ru_minflt ru_majflt "
    "ru_nswap ru_inblock ru_oublock ru_msgsnd ru_msgrcv ru_nsignals ru_nvcsw ru_nivcsw",
)
struct_rusage.__module__ = "resource"

_limits = {}


def _check(limit):
    if not 0 <= limit < _LIMITS:
        raise ValueError("invalid resource specified")


def getrlimit(resource, /):
    """Return the soft and hard limit: what setrlimit() was given; at first only files are limited."""
    _check(resource)
    return _limits.get(resource, _FIRST.get(resource, (RLIM_INFINITY, RLIM_INFINITY)))


def setrlimit(resource, limits, /):
    """Remember new limits; nothing enforces them."""
    _check(resource)
    soft, hard = map(int, limits)
    hard_now = getrlimit(resource)[1]
    if hard != RLIM_INFINITY and (soft == RLIM_INFINITY or soft > hard):
        raise ValueError("current limit exceeds maximum limit")
    if hard_now != RLIM_INFINITY and (hard == RLIM_INFINITY or hard > hard_now):
        raise ValueError("not allowed to raise maximum limit")
    _limits[resource] = (soft, hard)


def getrusage(who, /):
    """Return the usage: the processor time of this process, and zeros."""
    if who not in (RUSAGE_SELF, RUSAGE_CHILDREN, RUSAGE_THREAD):
        raise ValueError("invalid who parameter")
    used = 0.0 if who == RUSAGE_CHILDREN else time.process_time()
    return struct_rusage(used, 0.0, *[0] * 14)


def getpagesize():
    """The size of a page of WebAssembly's memory."""
    return 65536
