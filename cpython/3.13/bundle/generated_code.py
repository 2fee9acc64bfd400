# SPDX-License-Identifier: Apache-2.0
"""Inside a compiled program with a snapshot: code for texts that modules of the library will write when the program's
classes are made, as cpython/tools/module_graph has foreseen it. Another text is compiled as ever.
"""

import builtins
import sys

# cpython/tools/module_graph puts the code here: by the names of modules, and by what they will write.
CODES = {}
# What each module compiles it with.
WRITERS = {"dataclasses": "exec", "collections": "eval"}


def knowing(run, codes):
    def run_text(text, *namespaces):
        return run(codes.get(text, text), *namespaces)
    return run_text


def attach():
    """While the snapshot is prepared, when the library has been imported."""
    for name, codes in CODES.items():
        if module := sys.modules.get(name):
            run = WRITERS[name]
            setattr(module, run, knowing(getattr(builtins, run), codes))
