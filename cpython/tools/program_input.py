# SPDX-License-Identifier: Apache-2.0
"""What a program is made of: a script, a folder, a module or a function becomes the source of its `__main__`.

`settings["program"]` says which: {"kind": "script", "path": FILE}, {"kind": "folder", "path": FOLDER},
{"kind": "module", "path": FOLDER, "module": NAME} or {"kind": "entry", "path": FOLDER, "module": NAME, "function": NAME}.
The folder of a script, and the other three themselves, is where the program's modules are looked for first.
"""

from dataclasses import dataclass
from pathlib import Path

# Where the parts of a program are, as it sees them itself.
PROGRAM_FOLDER = "/app"
LIBRARY_FOLDER = "/lib/python3.13"
SITE_FOLDER = LIBRARY_FOLDER + "/site-packages"


class Refusal(Exception):
    """The program cannot be compiled; the message is one line."""


@dataclass(frozen=True)
class Place:
    """A folder with modules: where it is, and where the program sees it."""

    folder: str
    shown: str

    def show(self, file):
        """The file's name inside the program; it is in this folder."""
        return f"{self.shown}/{Path(file).relative_to(self.folder).as_posix()}"

    def below(self, folder):
        return Place(str(folder), self.show(folder))


@dataclass(frozen=True)
class Program:
    source: bytes
    file: str  # where the source is; empty if it is ours
    shown: str  # its name inside the program
    module: str  # what `__spec__` says: empty for a script, "__main__" for a folder, else the module's name


def root_of(settings):
    """The folder that becomes /app."""
    program = settings["program"]
    path = Path(program["path"]).absolute()
    return str(path.parent if program["kind"] == "script" else path)


def places_of(settings):
    """Where modules are looked for, in this order."""
    return (Place(root_of(settings), PROGRAM_FOLDER),
            *(Place(str(Path(folder).absolute()), SITE_FOLDER) for folder in settings["python_path"]),
            Place(settings["library"], LIBRARY_FOLDER))


def read_program(settings, find):
    """`find(name)`: the module of that name as the graph has it, or None."""
    program = settings["program"]
    root = Place(root_of(settings), PROGRAM_FOLDER)
    match program["kind"]:
        case "script":
            return read_file(program["path"], root, "")
        case "folder":
            return read_file(str(Path(program["path"]) / "__main__.py"), root, "__main__")
        case "module":
            return read_module(program["module"], find)
        case "entry":
            return Program(call_of(program["module"], program["function"]), "", f"{PROGRAM_FOLDER}/__main__.py", "")


def read_file(name, place, module):
    file = Path(name).absolute()
    return Program(file.read_bytes(), str(file), place.show(file), module)


def read_module(name, find):
    module = find(name)
    if module is not None and module.kind in ("package", "namespace"):
        inner = find(f"{name}.__main__")
        if inner is None:
            raise Refusal(f"{name} is a package without a module __main__, so it cannot be run")
        name, module = f"{name}.__main__", inner
    if module is None:
        raise Refusal(f"there is no module {name}")
    if not module.file.endswith(".py"):
        raise Refusal(f"the module {name} has no source")
    return Program(Path(module.file).read_bytes(), module.file, module.shown, name)


def call_of(module, function):
    """What ends the process with what the function returns, as installed commands do."""
    first = function.partition(".")[0]
    for name in (*module.split("."), *function.split(".")):
        if not name.isidentifier():
            raise Refusal(f"--entry needs MODULE:FUNCTION, and {name!r} is no name")
    return f"import sys\nfrom {module} import {first}\nsys.exit({function}())\n".encode()
