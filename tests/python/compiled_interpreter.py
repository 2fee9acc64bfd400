# SPDX-License-Identifier: Apache-2.0
"""In the place of an interpreter for run.py: runs a test module from the snapshot of a compiled program.

    compiled_interpreter.py TAIPAN NODE LIBRARY OPTIONS… one.py SETTINGS

The program is one.py with the module imported ahead of it, so that what the module imports is in the snapshot. Options of
an interpreter mean nothing to it. LIBRARY has what tests read as files.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MISUSE = 2

# What tests import under names that are not in an import statement.
INCLUDED = {"test_re": "sre_compile,sre_constants,sre_parse", "test_uuid": "uuid"}

PROGRAM = """\
import sys
import unittest

sys.modules  # whose mention keeps code: tests import modules anew
{imports}
import one

if __name__ == "__main__":
    one.main(sys.argv[1])
"""
IMPORT = """\
try:
    import {name}
except unittest.SkipTest:
    pass  # one.py hears of it again
"""


def modules_of(name, library):
    """A test module, with those in it if it is a package."""
    folder = library / name.replace(".", "/")
    files = sorted(folder.glob("*.py"))
    return [name, *(f"{name}.{file.stem}" for file in files if not file.stem.startswith("__"))]


def compile_program(taipan, name, library, folder):
    """Beside the tests' package, which makes that a part of the program: all of its code counts."""
    folder.mkdir(parents=True)
    (folder / "test").symlink_to(library / "test")
    (folder / "one.py").write_bytes((HERE / "one.py").read_bytes())
    imports = "".join(IMPORT.format(name=module) for module in modules_of(name, library)) if name else ""
    (folder / "main.py").write_text(PROGRAM.format(imports=imports), encoding="utf-8")
    included = INCLUDED.get(name.removeprefix("test.")) if name else None
    options = ["--include", included] if included else []
    subprocess.run([taipan, "compile", "main.py", "-o", "program.wasm", *options], cwd=folder, check=True)


def main(taipan, node, library, *words):
    settings = Path(words[-1])
    name = json.loads(settings.read_text(encoding="utf-8"))["module"]
    # A module is compiled once, however often it is started.
    folder = settings.parent / "compiled"
    if not folder.exists():
        compile_program(taipan, name, Path(library), folder)
    engine = [node, "--disable-warning=ExperimentalWarning", str(HERE / "compiled_engine.ts")]
    os.execv(node, [*engine, str(folder / "program.wasm"), library, str(settings)])


if __name__ == "__main__":
    if len(sys.argv) < 5:
        print("compiled_interpreter: give TAIPAN NODE LIBRARY … SETTINGS", file=sys.stderr)
        sys.exit(MISUSE)
    try:
        main(*sys.argv[1:])
    except subprocess.CalledProcessError:
        sys.exit("compiled_interpreter: the program cannot be compiled, see above")
