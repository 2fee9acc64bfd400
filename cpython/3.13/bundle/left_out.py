# SPDX-License-Identifier: Apache-2.0
"""Inside a compiled program: says of modules that were left out how to have them.

cpython/tools/module_graph puts the names of the whole standard library in the place of LIBRARY.
"""

import sys

LIBRARY = frozenset()


class LeftOut:
    """The last finder: what comes here is not in the program."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        # Who only asks for a spec hears that there is none.
        if sys._getframe(2).f_code.co_name != "_find_and_load_unlocked":
            return
        package = name.partition(".")[0]
        if package in LIBRARY:
            reason = "it was left out of this program"
        elif package != name and sys.meta_path[-1] is LeftOut:
            # In a package of the program, of which nobody here knows what else there is.
            reason = "if there is one, it was left out of this program"
        else:
            return
        raise ModuleNotFoundError(f"No module named {name!r}: {reason}; compile it with --include {name}", name=name)


sys.meta_path.append(LeftOut)
