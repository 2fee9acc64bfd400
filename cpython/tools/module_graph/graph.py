# SPDX-License-Identifier: Apache-2.0
"""The modules that a program can import, each with who wants it."""

import ast
import json
from _imp import is_frozen  # this interpreter and the target's are built from the same source
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import cached_property
from importlib.machinery import PathFinder, SourceFileLoader, SourcelessFileLoader
from pathlib import Path

from code_reading import (
    Import, attributes_read, certain_imports, imports_among, imports_of, leading_code, live_instructions,
    modules_named, words_of)
from compiling import LAZY_MODULE, compile_source
from live_code import LiveCode
from module import MAIN, Module
from program_input import Refusal, places_of, read_program

# What makes source text or writes characters by their names.
CHARACTER_NAMES = frozenset(("namereplace", "eval", "exec", "compile", "literal_eval", "unicodedata"))
# Of module sys: where imports look.
IMPORT_STATE = frozenset(("sys.meta_path", "sys.modules", "sys.path", "sys.path_hooks", "site.addsitedir"))
DOCUMENTATION_MODULES = frozenset(("doctest", "pydoc", "code", "pdb"))


class Graph:
    def __init__(self, settings):
        self.settings = settings
        facts = json.loads(Path(settings["facts"]).read_text(encoding="utf-8"))
        self.always, self.implied, self.cut = facts["always"], facts["implied"], facts["cut"]
        self.aliases, self.soon, self.lazy = facts["aliases"], facts["soon"], facts["lazy"]
        self.with_sources, self.nameless = facts["with_sources"], frozenset(facts["nameless"])
        self.builtins = set(settings["builtins"])
        self.excluded = set(settings["exclude"])
        self.optimize = settings.get("optimize", 0)
        self.places = places_of(settings)
        self.modules = {}
        self.missing = {}
        self.todo = []
        self.live = LiveCode(self)

    def build(self):
        program = read_program(self.settings, self.look_up)
        main = Module(MAIN, "source", program.file, program.shown, spec_name=program.module)
        main.code = self.compile_module(main, program.source)
        self.modules[MAIN] = main
        self.todo.append(main)
        for name in self.always:
            self.want(name, "the interpreter", 0)
        for name in self.parents_of_main():
            self.want(name, MAIN, 0)
        self.follow()
        for name in self.settings["include"]:
            if not self.want(name, "--include", 0):
                raise Refusal(f"there is no module {name}, which --include names")
        for name in self.settings.get("traced", ()):
            self.want(name, "--trace", 0, is_guess=True)
        if self.settings.get("keeps_sources"):
            for name in self.with_sources:
                self.want(name, "--keep-sources", 0)
        self.follow()

    def parents_of_main(self):
        """The packages that `__main__` is in, from the outermost."""
        parts = self.modules[MAIN].spec_name.split(".")
        return [".".join(parts[:end]) for end in range(1, len(parts))]

    def follow(self):
        while self.todo:
            module = self.todo.pop()
            for name in self.implied.get(module.name, ()):
                self.add_import(module, Import(name, (), 0, 0))
            if module.code is not None:
                self.live.add(module, module.code)

    def is_library(self, module):
        return module.name != MAIN and module.file.startswith(self.settings["library"])

    def add_imports(self, module, code):
        for one in imports_of(code, module.name == MAIN):
            self.add_import(module, one)
        if self.is_library(module):
            for name in self.lazy.get(module.name, ()) if code is module.code else ():
                self.add_import(module, Import(name, (), 0, code.co_firstlineno))
        else:
            for name, line in modules_named(live_instructions(code, module.name == MAIN)):
                self.want(name, module.name, line, is_guess=True)

    def add_encodings(self, module, code):
        """Those that the code names in whatever way: they are imported by name."""
        for constant in code.co_consts:
            if isinstance(constant, str) and 2 < len(constant) < 20:
                name = normalize_encoding(constant.lower())
                self.want("encodings." + aliases.get(name, name), module.name, code.co_firstlineno, is_guess=True)

    def add_import(self, module, one):
        base = self.absolute(module, one)
        cut = self.cut.get(module.name, {}).get(base)
        if base is None or isinstance(cut, str) or base == LAZY_MODULE:
            return
        if cut and not self.is_wanted(module, cut):
            module.deferred.append((cut["program"] if isinstance(cut, dict) else cut, one))
            return
        found = self.want(base, module.name, one.line)
        module.aliases[base.rpartition(".")[2]] = base
        if found is not None:
            self.live.wake(found, set(one.names))
        if found is None or found.kind not in ("package", "namespace"):
            return
        # A name that a package is asked for may be a module of it.
        for name in self.names_of(found) if "*" in one.names else one.names:
            self.want(f"{base}.{name}", module.name, one.line, is_guess=True)

    def is_wanted(self, module, cut):
        if isinstance(cut, dict):
            return not self.live.program_names.isdisjoint(cut["program"])
        return self.live.is_named_outside(module, cut)

    @staticmethod
    def names_of(package):
        """What a star may mean: the strings of the package's __all__, whatever else they are."""
        names = []
        for constant in package.code.co_consts if package.code else ():
            if isinstance(constant, tuple):
                names += [one for one in constant if isinstance(one, str) and one.isidentifier()]
            elif isinstance(constant, str) and constant.isidentifier():
                names.append(constant)
        return names

    def absolute(self, module, one):
        if one.level == 0:
            return one.module
        parts = (module.spec_name or module.name).split(".")
        if module.kind not in ("package", "namespace"):
            parts.pop()
        if one.level - 1 > len(parts) or not parts:
            return None
        parts = parts[:len(parts) - (one.level - 1)]
        return ".".join([*parts, *([one.module] if one.module else [])])

    def want(self, name, importer, line, is_guess=False):
        """The module of that name, with its packages; None if there is none."""
        name = self.aliases.get(name, name)
        parent = None
        parts = name.split(".")
        for i in range(1, len(parts) + 1):
            full = ".".join(parts[:i])
            module = self.modules.get(full) or self.load(full, parent)
            if module is None:
                if not is_guess:
                    self.missing.setdefault(full, []).append([importer, line])
                return None
            if [importer, line] not in module.importers and importer != full:
                module.importers.append([importer, line])
            parent = module
        return parent

    def load(self, name, parent):
        if name in self.excluded:
            return None
        module = self.find(name, parent)
        if module is not None:
            self.modules[name] = module
            self.todo.append(module)
        return module

    def find(self, name, parent):
        if name in self.builtins:
            return Module(name, "builtin")
        if parent is None:
            # What is frozen into the interpreter comes before all that lies on the path.
            places = self.places if not is_frozen(name) else self.places[-1:]
        else:
            places = parent.places
        portions = []
        for place in places:
            # By its last part: below a package that is not imported here, a namespace package could not be found.
            spec = PathFinder.find_spec(name.rpartition(".")[2], [place.folder])
            if spec is None:
                continue
            if spec.loader is not None:
                return self.module_at(name, spec, place)
            portions += [place.below(folder) for folder in spec.submodule_search_locations or ()]
        return Module(name, "namespace", places=tuple(portions)) if portions else None

    def module_at(self, name, spec, place):
        if not isinstance(spec.loader, (SourceFileLoader, SourcelessFileLoader)):
            return None
        kind = "source" if spec.submodule_search_locations is None else "package"
        module = Module(name, kind, spec.origin, place.show(spec.origin),
                        tuple(place.below(folder) for folder in spec.submodule_search_locations or ()))
        module.code = self.code_of(module, spec)
        return module if module.code is not None else None

    def look_up(self, name):
        """The module of that name, not yet for the program; its packages are not run."""
        parent = None
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            parent = self.find(".".join(parts[:end]), parent)
            if parent is None:
                return None
        return parent

    def code_of(self, module, spec):
        if isinstance(spec.loader, SourcelessFileLoader):
            return spec.loader.get_code(spec.name)
        try:
            return self.compile_module(module, Path(spec.origin).read_bytes())
        except SyntaxError:
            if self.is_library(module):
                return None  # such as the damaged files of its tests
            raise

    def compile_module(self, module, source):
        try:
            if not self.is_library(module):
                module.certain = list(certain_imports(ast.parse(source)))
                return compile_source(source, module.shown, self.optimize)
            return self.compile_library_module(module, source, has_docstrings=False)
        except SyntaxError as error:
            error.filename = module.file or error.filename  # as it is outside
            raise

    def compile_library_module(self, module, source, has_docstrings):
        return compile_source(source, module.shown, self.optimize, has_docstrings, self.lazy.get(module.name, ()))

    def frozen_name(self, module):
        """For the interpreter's table: modules of the program are found by their files (bundle/importer.py)."""
        if module.name == MAIN or self.is_library(module) or not module.file:
            return module.name
        return str(Path(module.shown).with_suffix(".py"))

    def check_imports(self):
        """Refuses a program that cannot but fail for want of a module; unless it has a hand in what imports find."""
        if self.program_reads(IMPORT_STATE):
            return
        todo = [self.modules[MAIN]]
        seen = set()
        for module in todo:
            if module.name in seen:
                continue
            seen.add(module.name)
            for one in module.certain:
                base = self.absolute(module, one) or ""
                self.check_import(module, one, base)
                todo += [self.modules[name] for name in (base, *(f"{base}.{name}" for name in one.names))
                         if name in self.modules]

    def check_import(self, module, one, base):
        parts = base.split(".")
        for name in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            if name in self.excluded:
                return
            if name in self.missing:
                place = f"{seen_from_here(module.file)}:{one.line}" if module.file else "--entry"
                raise Refusal(f"{place} imports {name}, which is not there; name the "
                              f"folder that has it with --python-path, or leave it out with --exclude {name}")

    def ready(self):
        """What a snapshot is to import: of the library all that the program's modules import when they are imported;
        of the program what it imports before it does anything else."""
        library, program = {}, {}
        for module in self.program_modules():
            for one in imports_of(module.code, module.name == MAIN):
                self.add_ready(library, module, one)
        for name in [soon for name in library for soon in self.soon.get(name, ())]:
            if name in self.modules:
                library[name] = True
        main = self.modules[MAIN]
        for name in self.parents_of_main():
            (library if self.is_library(self.modules[name]) else program)[name] = True
        for one in imports_among(leading_code(main.code)):
            self.add_ready(program, main, one)
        return ([name for name in library if self.is_library(self.modules[name])],
                [name for name in program if not self.is_library(self.modules[name])])

    def program_modules(self):
        """Those with code that are not of the library: the program, and what it imports of others."""
        return [module for module in self.modules.values()
                if module.code is not None and not self.is_library(module)]

    def program_reads(self, names):
        """Whether code of the program reads such an attribute."""
        return not names.isdisjoint(self.program_attributes)

    # Asked for more than once, when all modules are there.

    @cached_property
    def program_attributes(self):
        """The attributes that the program's code reads."""
        return {name for module in self.program_modules() for name in attributes_read(module.code)}

    @cached_property
    def program_words(self):
        """Names, instructions and operators in the program's code."""
        return {word for module in self.program_modules() for word in words_of(module.code)}

    def program_imports(self):
        """The modules that the program's code imports."""
        own = {module.name for module in self.program_modules()}
        return {module.name for module in self.modules.values()
                if any(importer in own for importer, _ in module.importers)}

    def reads_documentation(self):
        return not DOCUMENTATION_MODULES.isdisjoint(self.modules) or self.program_reads({"__doc__"})

    def reads_character_names(self):
        """Whether they are wanted; true as well where there is no unicodedata, which would have to be linked for it."""
        if "unicodedata" not in self.modules:
            return True
        users = {importer for importer, _ in self.modules["unicodedata"].importers}
        return not users <= self.nameless or not self.program_words.isdisjoint(CHARACTER_NAMES)

    def imports_anew(self):
        return self.program_reads({"reload", "modules", "exec_module", "import_fresh_module"})

    def add_docstrings(self):
        for module in self.modules.values():
            if module.code is not None and self.is_library(module) and module.file.endswith(".py"):
                source = Path(module.file).read_bytes()
                module.code = self.compile_library_module(module, source, has_docstrings=True)

    def add_ready(self, names, module, one):
        base = self.aliases.get(self.absolute(module, one), self.absolute(module, one))
        for name in (base, *(f"{base}.{name}" for name in one.names)):
            if name in self.modules and self.modules[name].kind != "builtin":
                names[name] = True


def seen_from_here(file):
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
