# SPDX-License-Identifier: Apache-2.0
"""Inside a compiled program with a snapshot: the code of the modules that are in it, for who imports them anew.

What it was read from is cleared when the snapshot is taken. A program that does not look as if it would import anything
anew goes without. This comes before all modules but those of importlib.
"""

import _imp

kept_code = {}
read_code = _imp.get_frozen_object
is_keeping = True


def get_frozen_object(name, data=None):
    if name in kept_code and not is_keeping:
        if kept_code[name] is None:
            raise ImportError(f"{name!r} was imported when the program was compiled and cannot be imported anew; "
                              "compile it with --no-snapshot", name=name)
        return kept_code[name]
    code = read_code(name) if data is None else read_code(name, data)
    if is_keeping:
        kept_code[name] = code
    return code


def settle(keeps_code):
    global is_keeping
    is_keeping = False
    if not keeps_code:
        for name in kept_code:
            kept_code[name] = None


_imp.get_frozen_object = get_frozen_object
