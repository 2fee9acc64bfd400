# SPDX-License-Identifier: Apache-2.0
"""Part in the snapshot that a compiled program starts from.

A module that is imported before the snapshot is taken keeps what it has then. What must be let go before, or made anew
in each process, is said here:

    from taipan import snapshot

    @snapshot.after
    def connect():
        ...

Where there is no snapshot, nothing is called. A callback of `before` that raises an exception refuses the snapshot.
"""

_callbacks = {"before": [], "after": []}


def before(callback):
    """Has `callback()` called before the snapshot is taken. Returns it."""
    _callbacks["before"].append(callback)
    return callback


def after(callback):
    """Has `callback()` called in each process that starts from the snapshot, before the program. Returns it."""
    _callbacks["after"].append(callback)
    return callback
