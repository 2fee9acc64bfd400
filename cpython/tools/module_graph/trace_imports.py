# SPDX-License-Identifier: Apache-2.0
"""Runs a program and writes down the names of the modules that it imports.

    python trace_imports.py SETTINGS.json NAMES.txt ARGUMENTS…

SETTINGS: program (see program_input.py) and python_path. How the program ends does not matter; NAMES.txt is there if it
came to an end by itself. This module imports as little as it can: what is imported already is not seen again.
"""

import sys


class Tracer:
    """The first finder: it finds nothing and knows everybody's name."""

    def __init__(self):
        self.names = {}

    def find_spec(self, name, path=None, target=None):
        self.names[name] = True
        return None


def code_of_module(name):
    """The code, and the module's own name if it is a package."""
    package = name.rpartition(".")[0]
    if package:
        __import__(package)
    path = sys.modules[package].__path__ if package else None
    for finder in sys.meta_path:
        if spec := finder.find_spec(name, path):
            if spec.submodule_search_locations is not None:
                __import__(name)
                return code_of_module(f"{name}.__main__")
            return spec.loader.get_code(name), name, spec.origin
    raise SystemExit(f"there is no module {name}")


def code_of_file(file, name):
    with open(file, "rb") as source:
        return compile(source.read(), file, "exec", dont_inherit=True), name, file


def code_of(program):
    path = program["path"]
    match program["kind"]:
        case "script":
            return code_of_file(path, "")
        case "folder":
            return code_of_file(path + "/__main__.py", "__main__")
        case "module":
            return code_of_module(program["module"])
        case "entry":  # as program_input.call_of(), whose module would be one more that is imported already
            module, function = program["module"], program["function"]
            text = f"import sys\nfrom {module} import {function.partition('.')[0]}\nsys.exit({function}())\n"
            return compile(text, "<entry>", "exec"), "", "<entry>"


def read_settings(file):
    """JSON without the module json, which the program may want to be seen importing: its texts are Python's as well."""
    with open(file, encoding="utf-8") as text:
        return eval(text.read(), {"__builtins__": {}})


def main():
    settings_file, names_file, *arguments = sys.argv[1:]
    settings = read_settings(settings_file)
    program = settings["program"]
    root = program["path"]
    if program["kind"] == "script":
        root = root.rpartition("/")[0] or "."
    sys.path[:1] = [root, *settings["python_path"]]
    tracer = Tracer()
    sys.meta_path.insert(0, tracer)
    try:
        code, name, file = code_of(program)
        module = sys.modules["__main__"]
        module.__dict__.update(__file__=file, __package__=name.rpartition(".")[0] if name else None)
        sys.argv = [file, *arguments]
        exec(code, module.__dict__)
    finally:
        with open(names_file, "w", encoding="utf-8") as out:
            out.writelines(f"{name}\n" for name in tracer.names)


main()
