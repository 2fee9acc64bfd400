# SPDX-License-Identifier: Apache-2.0
"""Leaves what was found in a folder: codes, and one file that tells of them."""

import json
import marshal
from _imp import is_frozen  # this interpreter and the target's are built from the same source
from pathlib import Path
from textwrap import indent

from generated_code import GeneratedCode
from module import MAIN, OWN_PREFIX, Module

# Tracebacks leave out frames of a file of this name where they are about an import (Python/import.c).
IMPORT_SYSTEM = "<frozen importlib._bootstrap_external>"


def own_modules(settings, generated):
    """What each compiled program has inside; left_out.py with the names of all that the standard library has, and
    generated_code.py with the code that its modules will ask for."""
    names = {path.stem for path in Path(settings["library"]).iterdir() if path.stem.isidentifier()}
    names |= set(settings["builtins"])
    table, codes = generated.table()
    for file in sorted(Path(settings["own_modules"]).glob("*.py")):
        source = file.read_text(encoding="utf-8")
        source = source.replace("LIBRARY = frozenset()", f"LIBRARY = frozenset({sorted(names)!r})")
        source = source.replace("CODES = {}", f"CODES = {table!r}")
        name = OWN_PREFIX + file.stem
        code = compile(source, IMPORT_SYSTEM, "exec", dont_inherit=True, optimize=2)
        code = code.replace(co_consts=tuple(codes.get(constant, constant) for constant in code.co_consts))
        yield Module(name, "source", code=code)


def rehearsal_of(graph, generated):
    """The code of rehearsal.py, with what it has to know of the program."""
    source = Path(__file__).parents[1].joinpath("rehearsal.py").read_text(encoding="utf-8")
    for name, words in (("IMPORTED", graph.program_imports()), ("MENTIONED", graph.program_words)):
        source = source.replace(f"{name} = frozenset()", f"{name} = frozenset({sorted(words)!r})")
    if generated.names:
        body = indent(f"{generated.source}\nreturn [{', '.join(generated.names)}]", "    ")
        source = source.replace("def make_classes():\n    return []", f"def make_classes():\n{body}")
    return compile(source, "<rehearsal>", "exec", dont_inherit=True)


def write(graph, folder):
    ready_library, ready_program = graph.ready()
    reads_documentation, imports_anew = graph.reads_documentation(), graph.imports_anew()
    reads_character_names = graph.reads_character_names()
    generated = GeneratedCode(graph.modules[MAIN].file, graph.settings.get("optimize", 0))
    (folder / "rehearsal.code").write_bytes(marshal.dumps(rehearsal_of(graph, generated)))
    if reads_documentation:
        graph.add_docstrings()
    graph.modules |= {module.name: module for module in own_modules(graph.settings, generated)}
    rows = []
    for number, module in enumerate(sorted(graph.modules.values(), key=lambda one: one.name)):
        size = 0
        code = module.code if not (graph.is_library(module) and is_frozen(module.name)) else None
        if module.kind == "namespace" and graph.is_library(module):
            code = compile("", module.name, "exec", dont_inherit=True)
        if code is not None:
            data = marshal.dumps(code)
            size = len(data)
            (folder / f"{number}.code").write_bytes(data)
        rows.append({"name": module.name, "kind": module.kind, "file": module.file, "shown": module.shown,
                     "number": number, "size": size, "is_library": graph.is_library(module),
                     "frozen_name": graph.frozen_name(module), "importers": module.importers})
    main = graph.modules[MAIN]
    text = json.dumps({"modules": rows, "missing": graph.missing, "main_file": main.shown, "main_module": main.spec_name,
                       "reads_documentation": reads_documentation, "imports_anew": imports_anew,
                       "reads_character_names": reads_character_names,
                       "ready_library": ready_library, "ready_program": ready_program}, indent=1)
    (folder / "graph.json").write_text(text, encoding="utf-8")
