# SPDX-License-Identifier: Apache-2.0
"""Finds what a program can import, and freezes it.

    python module_graph SETTINGS.json OUTPUT-FOLDER

SETTINGS: program (see program_input.py), python_path, include, exclude, library (the target's standard library),
builtins (its extension modules), facts (import_facts.json), own_modules (the folder of what each compiled program has
inside), optimize (as python -O), keeps_sources (tracebacks can show them), traced (modules that a run has imported).
OUTPUT-FOLDER gets graph.json, which says of each module what kind it is, where it is and who wants it, and what a
snapshot of the program is to import; and for each module with code a file of marshalled code, NUMBER.code.

Ends with 1 and one line, or a syntax error as Python shows it, if the program cannot be compiled.
"""

import json
import sys
import traceback
from pathlib import Path

from graph import Graph
from program_input import Refusal
from writing import write


def main():
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    graph = Graph(settings)
    try:
        graph.build()
        graph.check_imports()
    except SyntaxError as error:
        sys.stderr.writelines(traceback.format_exception_only(error))
        return 1
    except (Refusal, OSError, UnicodeDecodeError, RecursionError, MemoryError) as error:
        print(error or "it is too large or too deep", file=sys.stderr)
        return 1
    write(graph, Path(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
