# SPDX-License-Identifier: Apache-2.0
"""Finds what a program can import, and freezes it.

    python module_graph.py SETTINGS.json OUTPUT-FOLDER

SETTINGS: program (a script), python_path, include, exclude, library (the target's standard library), builtins (its
extension modules), facts (import_facts.json), own_modules (the folder of what each compiled program has inside).
OUTPUT-FOLDER gets graph.json, which says of each module what kind it is, where it is and who wants it, and what a
snapshot of the program is to import; and for each module with code a file of marshalled code, NUMBER.code.

Ends with 1 and one line, or a syntax error as Python shows it, if the program cannot be compiled.
"""

import ast
import dis
import json
import marshal
import sys
import traceback
from _imp import is_frozen  # this interpreter and the target's are built from the same source
from collections import Counter
from dataclasses import dataclass, field
from encodings import normalize_encoding
from encodings.aliases import aliases
from importlib.machinery import PathFinder, SourceFileLoader, SourcelessFileLoader
from importlib.util import decode_source
from inspect import CO_NEWLOCALS
from pathlib import Path
from types import CodeType

MAIN = "__main__"
DOCUMENTATION_MODULES = frozenset(("doctest", "pydoc", "code", "pdb"))
OWN_PREFIX = "_taipan_"
# Where the parts of a program are, as it sees them itself.
PROGRAM_FOLDER = "/app"
LIBRARY_FOLDER = "/lib/python3.13"
SITE_FOLDER = LIBRARY_FOLDER + "/site-packages"
# What is known of the target before a program runs.
KNOWN = {("sys", "platform"): "wasi", ("os", "name"): "posix"}
IMPORT_CALLS = ("import_module", "__import__")
LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_FAST", "LOAD_DEREF")
# What a program may do between imports without changing what they find.
HARMLESS = frozenset((
    "RESUME", "NOP", "LOAD_CONST", "STORE_NAME", "IMPORT_NAME", "IMPORT_FROM", "POP_TOP", "MAKE_FUNCTION",
    "SET_FUNCTION_ATTRIBUTE", "SWAP", "COPY", "CALL_INTRINSIC_1", "BUILD_TUPLE", "SETUP_ANNOTATIONS",
))
READS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_SUPER_ATTR", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_METHOD",
         "IMPORT_FROM")


class Refusal(Exception):
    """The program cannot be compiled; the message is one line."""


@dataclass(frozen=True)
class Import:
    """An import in code: `names` come from `module`, which `level` dots make relative."""

    module: str
    names: tuple
    level: int
    line: int


@dataclass
class Module:
    name: str
    kind: str  # source, package, namespace, builtin
    file: str = ""
    path: tuple = ()  # where a package has its modules
    code: CodeType | None = None
    importers: list = field(default_factory=list)
    waiting: dict = field(default_factory=dict)  # functions that do not count yet, by name
    mentioned: set = field(default_factory=set)  # names of functions that count when they turn up
    deferred: list = field(default_factory=list)  # imports, each with the names that it waits for
    awake: set = field(default_factory=set)  # the functions that waited and count now
    aliases: dict = field(default_factory=dict)  # the modules that its code imports, by the names they get
    bases: dict = field(default_factory=dict)  # its classes, with the names of their bases


def live_instructions(code, is_main):
    """Those that can run on the target: comparisons with what is known decide jumps."""
    if id(code) not in live:
        live[id(code)] = code, list(find_live(code, is_main))
    return live[id(code)][1]


# By the code's address, which is its own as long as it is kept here: to read a code takes more than all else.
live = {}


def find_live(code, is_main):
    skip_to = -1
    window = []
    for instruction in dis.get_instructions(code):
        if instruction.offset < skip_to or instruction.opname == "EXTENDED_ARG":
            continue
        if instruction.opname.startswith("POP_JUMP_IF_") and (holds := known_comparison(window, is_main)) is not None:
            if holds == instruction.opname.endswith("TRUE"):
                skip_to = instruction.argval
        window = [*window[-3:], instruction]
        yield instruction


def known_comparison(window, is_main):
    """Whether the comparison holds that the window ends with; None if nobody knows."""
    match [one.argval for one in window]:
        case [*_, "__name__", "__main__", operator]:
            holds = is_main
        case [str(module), str(name), str(value), operator] if (module, name) in KNOWN:
            holds = KNOWN[module, name] == value
        case _:
            return None
    return {"==": holds, "bool(==)": holds, "!=": not holds, "bool(!=)": not holds}.get(operator)


def imports_of(code, is_main=False):
    """The imports that stand in the code itself."""
    return imports_among(live_instructions(code, is_main))


def imports_among(instructions):
    constants = []
    called = None
    for instruction in instructions:
        name = instruction.opname
        if name == "LOAD_CONST":
            constants.append(instruction.argval)
        elif name == "IMPORT_NAME":
            level, names = constants[-2:]
            yield Import(instruction.argval, tuple(names or ()), level, instruction.line_number or 0)
        elif name in LOADS:
            called = instruction.argval
            constants = []
        elif name == "CALL" and called in IMPORT_CALLS and constants and isinstance(constants[0], str):
            module = constants[0]
            level = len(module) - len(module.lstrip("."))
            yield Import(module[level:], (), level, instruction.line_number or 0)
            called = None


def mentions_of(code, is_main=False):
    """Names that the code reads, in whatever way; what it only defines does not count."""
    for instruction in live_instructions(code, is_main):
        if instruction.opname in READS and isinstance(instruction.argval, str):
            yield instruction.argval


def attributes_of(code, is_main=False):
    """Pairs of a global name and the attribute that is read of it."""
    before = None
    for instruction in live_instructions(code, is_main):
        if instruction.opname in ("LOAD_ATTR", "LOAD_METHOD") and before is not None:
            yield before, instruction.argval
        before = instruction.argval if instruction.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST") else None


def attributes_read(code):
    """Names of attributes and of what is imported, in the code and all that is in it; docstrings by getattr()."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM"):
            yield instruction.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from attributes_read(inner)
        elif inner == "__doc__":
            yield inner


def strings_of(code):
    """Strings that may be names for getattr()."""
    for constant in code.co_consts:
        for one in constant if isinstance(constant, tuple) else (constant,):
            if isinstance(one, str) and one.isidentifier():
                yield one


def leading_code(code):
    """The instructions before the first that may do more than import and define."""
    for instruction in dis.get_instructions(code):
        if instruction.opname not in HARMLESS:
            return
        yield instruction


def bases_of(code):
    """The classes that the code makes: their names, and the names that their bases begin or end with."""
    made, bases = None, None
    for instruction in dis.get_instructions(code):
        name = instruction.opname
        if name == "LOAD_BUILD_CLASS":
            made, bases = "", set()
        elif made == "" and name == "LOAD_CONST" and isinstance(instruction.argval, str):
            made = instruction.argval
        elif made and name in READS:
            bases.add(instruction.argval)
        elif made and name.startswith("CALL"):
            yield made, bases
            made = None


def is_function(code):
    return bool(code.co_flags & CO_NEWLOCALS)


def is_class_body(code):
    return not is_function(code) and not code.co_name.startswith("<")


def is_special(name):
    return name.startswith("__") and name.endswith("__")


class LiveCode:
    """Which functions of the standard library can be called.

    Half of its functions import what hardly a program needs: os.popen() alone brings subprocess, threads and sockets.
    So a function of the library counts only when code that counts names it: the program anywhere, its own module by
    reading its name, another module as `module.name` or `from module import name`. A class stands for its methods and
    its bases. What this leaves out and a program wants after all, it has to be told of.
    """

    def __init__(self, graph):
        self.graph = graph
        self.program_names = set()
        self.named_in = {}  # name -> the modules whose code reads it

    def add(self, module, code, owner=""):
        """Follows the imports of code that counts, and of what it makes count. `owner`: the class whose body it is."""
        self.graph.add_imports(module, code)
        module.bases |= dict(bases_of(code))
        is_program = not self.graph.is_library(module)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self.add_inner(module, code, inner, owner)
        names = set(mentions_of(code, module.name == MAIN))
        if is_program or is_function(code):
            names |= set(strings_of(code))
        for name in names:
            self.named_in.setdefault(name, set()).add(module.name)
        self.follow_deferred(names)
        if is_program:
            self.graph.add_encodings(module, code)
            self.program_names |= names
            for one in list(self.graph.modules.values()):
                self.wake(one, names)
        else:
            self.wake(module, names if is_function(code) else self.used_names(module, code))
            for alias, name in attributes_of(code, module.name == MAIN):
                if target := self.graph.modules.get(module.aliases.get(alias, "")):
                    self.wake(target, {name})
            if code is module.code:  # what was named before the module was there
                self.wake(module, self.program_names | module.mentioned)

    @staticmethod
    def used_names(module, code):
        """Of the body of a module or class: what it reads for more than the base of a class."""
        names = Counter(mentions_of(code, module.name == MAIN))
        for _, bases in bases_of(code):
            names.subtract(bases)
        return {name for name, count in names.items() if count > 0}

    def add_inner(self, module, code, inner, owner):
        """Of library functions some wait: for their name or, special ones, for that of their class alone."""
        keys = {owner} - {""}
        if not (owner and is_special(inner.co_name)):
            keys.add(inner.co_name)
        counts = (not self.graph.is_library(module) or is_function(code) or not is_function(inner)
                  or inner.co_name.startswith("<") or not owner and is_special(inner.co_name)
                  or self.is_mentioned(module, keys))
        if counts:
            self.add(module, inner, inner.co_name if is_class_body(inner) else "")
        else:
            for key in keys:
                module.waiting.setdefault(key, []).append(inner)

    def is_mentioned(self, module, names):
        return not (module.mentioned | self.program_names).isdisjoint(names)

    def is_named_outside(self, module, names):
        """Whether code of another module that counts reads one of the names."""
        return any(self.named_in.get(name, set()) - {module.name} for name in names)

    def follow_deferred(self, names):
        for module in list(self.graph.modules.values()):
            waiting, module.deferred = module.deferred, []
            for cut, one in waiting:
                if names.isdisjoint(cut):
                    module.deferred.append((cut, one))
                else:
                    self.graph.add_import(module, one)  # which looks again, and may have it wait on

    def wake(self, module, names):
        names = names | {base for name in names for base in self.all_bases(module, name)}
        module.mentioned |= names
        for name in names & module.waiting.keys():
            for code in module.waiting.pop(name, ()):
                if id(code) not in module.awake:
                    module.awake.add(id(code))
                    self.add(module, code)

    def all_bases(self, module, name, seen=()):
        for base in module.bases.get(name, ()):
            if base not in seen:
                yield base
                yield from self.all_bases(module, base, (*seen, base))


class Graph:
    def __init__(self, settings):
        self.settings = settings
        facts = json.loads(Path(settings["facts"]).read_text(encoding="utf-8"))
        self.always, self.implied, self.cut = facts["always"], facts["implied"], facts["cut"]
        self.aliases = facts["aliases"]
        self.builtins = set(settings["builtins"])
        self.excluded = set(settings["exclude"])
        self.program = Path(settings["program"]).absolute()
        self.python_path = [str(Path(folder).absolute()) for folder in settings["python_path"]]
        self.search = [str(self.program.parent), *self.python_path, settings["library"]]
        self.modules = {}
        self.missing = {}
        self.todo = []
        self.live = LiveCode(self)

    def build(self):
        main = Module(MAIN, "source", str(self.program))
        main.code = compile_source(self.program.read_bytes(), self.shown(main.file))
        self.modules[MAIN] = main
        self.todo.append(main)
        for name in self.always:
            self.want(name, "the interpreter", 0)
        self.follow()
        for name in self.settings["include"]:
            if not self.want(name, "--include", 0):
                raise Refusal(f"there is no module {name}, which --include names")
        self.follow()

    def follow(self):
        while self.todo:
            module = self.todo.pop()
            for name in self.implied.get(module.name, ()):
                self.want(name, module.name, 0)
            if module.code is not None:
                self.live.add(module, module.code)

    def is_library(self, module):
        return module.file.startswith(self.settings["library"])

    def add_imports(self, module, code):
        for one in imports_of(code, module.name == MAIN):
            self.add_import(module, one)

    def add_encodings(self, module, code):
        """Those that the code names in whatever way: they are imported by name."""
        for constant in code.co_consts:
            if isinstance(constant, str) and 2 < len(constant) < 20:
                name = normalize_encoding(constant.lower())
                self.want("encodings." + aliases.get(name, name), module.name, code.co_firstlineno, is_guess=True)

    def add_import(self, module, one):
        base = self.absolute(module, one)
        cut = self.cut.get(module.name, {}).get(one.module)
        if base is None or isinstance(cut, str):
            return
        if cut and not self.live.is_named_outside(module, cut):
            module.deferred.append((cut, one))
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
        parts = module.name.split(".")
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
        if parent is not None and not parent.path:
            return None
        # What is frozen into the interpreter comes before all that lies on the path.
        search = list(parent.path) if parent else self.search if not is_frozen(name) else [self.settings["library"]]
        # By its last part: below a package that is not imported here, a namespace package could not be found.
        spec = PathFinder.find_spec(name.rpartition(".")[2], search)
        if spec is None:
            return None
        if spec.loader is None:
            return Module(name, "namespace", path=tuple(spec.submodule_search_locations or ()))
        if not isinstance(spec.loader, (SourceFileLoader, SourcelessFileLoader)):
            return None
        kind = "source" if spec.submodule_search_locations is None else "package"
        module = Module(name, kind, spec.origin, tuple(spec.submodule_search_locations or ()))
        module.code = self.code_of(spec)
        return module if module.code is not None else None

    def code_of(self, spec):
        if isinstance(spec.loader, SourcelessFileLoader):
            return spec.loader.get_code(spec.name)
        is_library = spec.origin.startswith(self.settings["library"])
        try:
            source = Path(spec.origin).read_bytes()
            return compile_source(source, self.shown(spec.origin), has_docstrings=not is_library)
        except SyntaxError:
            if is_library:
                return None  # such as the damaged files of its tests
            raise

    def shown(self, file):
        """The file's name inside the program."""
        roots = [(self.settings["library"], LIBRARY_FOLDER), (str(self.program.parent), PROGRAM_FOLDER),
                 *((folder, SITE_FOLDER) for folder in self.python_path)]
        for root, folder in roots:
            if Path(file).is_relative_to(root):
                return f"{folder}/{Path(file).relative_to(root)}"
        return file

    def frozen_name(self, module):
        """For the interpreter's table: modules of the program are found by their files (bundle/importer.py)."""
        if module.name == MAIN or self.is_library(module) or not module.file:
            return module.name
        return str(Path(self.shown(module.file)).with_suffix(".py"))

    def ready(self):
        """What a snapshot is to import: of the library all that the program's modules import when they are imported;
        of the program what it imports before it does anything else."""
        library, program = {}, {}
        for module in self.modules.values():
            if module.code is not None and not self.is_library(module):
                for one in imports_of(module.code, module.name == MAIN):
                    self.add_ready(library, module, one)
        main = self.modules[MAIN]
        for one in imports_among(leading_code(main.code)):
            self.add_ready(program, main, one)
        return ([name for name in library if self.is_library(self.modules[name])],
                [name for name in program if not self.is_library(self.modules[name])])

    def program_reads(self, names):
        """Whether code of the program, or what it imports that is not of the library, reads such an attribute."""
        return any(not names.isdisjoint(attributes_read(module.code)) for module in self.modules.values()
                   if module.code is not None and not self.is_library(module))

    def reads_documentation(self):
        return not DOCUMENTATION_MODULES.isdisjoint(self.modules) or self.program_reads({"__doc__"})

    def imports_anew(self):
        return self.program_reads({"reload", "modules", "exec_module", "import_fresh_module"})

    def add_docstrings(self):
        for module in self.modules.values():
            if module.code is not None and self.is_library(module) and module.file.endswith(".py"):
                module.code = compile_source(Path(module.file).read_bytes(), self.shown(module.file))

    def add_ready(self, names, module, one):
        base = self.aliases.get(self.absolute(module, one), self.absolute(module, one))
        for name in (base, *(f"{base}.{name}" for name in one.names)):
            if name in self.modules and self.modules[name].kind != "builtin":
                names[name] = True


def compile_source(source, name, has_docstrings=True):
    source = decode_source(source)
    if not has_docstrings:
        source = without_docstrings(ast.parse(source, name))
    return compile(source, name, "exec", dont_inherit=True, optimize=0)


def without_docstrings(tree):
    """The tree, where each docstring has become a statement that is compiled to nothing."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            match node.body:
                case [ast.Expr(ast.Constant(str())) as docstring, *_]:
                    node.body[0] = ast.copy_location(ast.Pass(), docstring)
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            todo += [inner for inner in getattr(node, part, ()) if not isinstance(inner, LEAVES)]
    return tree


# Statements in which there are no others.
LEAVES = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Raise, ast.Import, ast.ImportFrom)


def own_modules(settings):
    """What each compiled program has inside; left_out.py with the names of all that the standard library has."""
    names = {path.stem for path in Path(settings["library"]).iterdir() if path.stem.isidentifier()}
    names |= set(settings["builtins"])
    for file in sorted(Path(settings["own_modules"]).glob("*.py")):
        source = file.read_text(encoding="utf-8")
        source = source.replace("LIBRARY = frozenset()", f"LIBRARY = frozenset({sorted(names)!r})")
        name = OWN_PREFIX + file.stem
        yield Module(name, "source", code=compile(source, f"<{name}>", "exec", dont_inherit=True, optimize=2))


def write(graph, folder):
    ready_library, ready_program = graph.ready()
    reads_documentation, imports_anew = graph.reads_documentation(), graph.imports_anew()
    if reads_documentation:
        graph.add_docstrings()
    graph.modules |= {module.name: module for module in own_modules(graph.settings)}
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
        rows.append({"name": module.name, "kind": module.kind, "file": module.file, "number": number, "size": size,
                     "frozen_name": graph.frozen_name(module), "importers": module.importers})
    rehearsal = Path(__file__).with_name("rehearsal.py").read_text(encoding="utf-8")
    (folder / "rehearsal.code").write_bytes(marshal.dumps(compile(rehearsal, "<rehearsal>", "exec", dont_inherit=True)))
    main_file = graph.shown(graph.modules[MAIN].file)
    text = json.dumps({"modules": rows, "missing": graph.missing, "main_file": main_file,
                       "reads_documentation": reads_documentation, "imports_anew": imports_anew,
                       "ready_library": ready_library, "ready_program": ready_program}, indent=1)
    (folder / "graph.json").write_text(text, encoding="utf-8")


def main():
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    graph = Graph(settings)
    try:
        graph.build()
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
