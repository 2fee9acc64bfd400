# SPDX-License-Identifier: Apache-2.0
"""What stands in code: imports, names that it reads, classes that it makes."""

import ast
from dataclasses import dataclass
from dis import _nb_ops as OPERATORS  # by number: name and sign; nothing public says it
from inspect import CO_NEWLOCALS
from types import CodeType

from instructions import instructions_of

# What is known of the target before a program runs.
KNOWN = {("sys", "platform"): "wasi", ("os", "name"): "posix"}
IMPORT_CALLS = ("import_module", "__import__")
# Whose first argument may name a module: importlib.resources, pkgutil.get_data, importlib.util.find_spec.
NAMING_CALLS = ("files", "find_spec", "get_data", "read_text", "read_binary", "open_text", "open_binary", "contents", "is_resource")
LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_FAST", "LOAD_DEREF")
# What a program may do between imports without changing what they find.
HARMLESS = frozenset((
    "RESUME", "NOP", "LOAD_CONST", "STORE_NAME", "IMPORT_NAME", "IMPORT_FROM", "POP_TOP", "MAKE_FUNCTION",
    "SET_FUNCTION_ATTRIBUTE", "SWAP", "COPY", "CALL_INTRINSIC_1", "BUILD_TUPLE", "SETUP_ANNOTATIONS",
))
READS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_SUPER_ATTR", "LOAD_FROM_DICT_OR_GLOBALS", "IMPORT_FROM")


@dataclass(frozen=True)
class Import:
    """An import in code: `names` come from `module`, which `level` dots make relative."""

    module: str
    names: tuple
    level: int
    line: int


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
    for instruction in instructions_of(code):
        if instruction.offset < skip_to:
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
    return {"==": holds, "!=": not holds}.get(operator)


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
            yield Import(instruction.argval, tuple(names or ()), level, instruction.line)
        elif name in LOADS:
            called = instruction.argval
            constants = []
        elif name == "CALL" and called in IMPORT_CALLS and constants and isinstance(constants[0], str):
            module = constants[0]
            level = len(module) - len(module.lstrip("."))
            yield Import(module[level:], (), level, instruction.line)
            called = None


def modules_named(instructions):
    """Literals that calls may name modules with which they do not import themselves."""
    called = first = None
    for instruction in instructions:
        name = instruction.opname
        if name in LOADS:
            called, first = instruction.argval, None
        elif name == "LOAD_CONST" and first is None:
            first = instruction.argval
        elif name.startswith("CALL") and called in NAMING_CALLS and isinstance(first, str):
            yield first, instruction.line
            called = None


def certain_imports(tree):
    """Those that happen whenever the module is imported: the statements of its body, and no others."""
    for statement in tree.body:
        match statement:
            case ast.Import(names):
                for alias in names:
                    yield Import(alias.name, (), 0, statement.lineno)
            case ast.ImportFrom(module, names, level):
                yield Import(module or "", tuple(alias.name for alias in names), level, statement.lineno)


def mentions_of(code, is_main=False):
    """Names that the code reads, in whatever way; what it only defines does not count."""
    for instruction in live_instructions(code, is_main):
        if instruction.opname in READS and isinstance(instruction.argval, str):
            yield instruction.argval


def attributes_of(code, is_main=False):
    """Pairs of a global name and the attribute that is read of it."""
    before = None
    for instruction in live_instructions(code, is_main):
        if instruction.opname == "LOAD_ATTR" and before is not None:
            yield before, instruction.argval
        before = instruction.argval if instruction.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST") else None


def attributes_read(code):
    """Names of attributes and of what is imported, in the code and all that is in it; docstrings by getattr().

    Those of a global name or of a module come with it as well: "path" and "sys.path".
    """
    owner = ""
    for instruction in instructions_of(code):
        if instruction.opname in ("LOAD_ATTR", "LOAD_SUPER_ATTR", "IMPORT_FROM"):
            yield instruction.argval
            yield f"{owner}.{instruction.argval}"
        if instruction.opname not in ("IMPORT_FROM", "STORE_NAME"):  # of which there may be several
            owner = instruction.argval if instruction.opname in ("LOAD_NAME", "LOAD_GLOBAL", "IMPORT_NAME") else ""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from attributes_read(inner)
        elif inner == "__doc__":
            yield inner


def words_of(code):
    """Names, instructions and operators, in the code and all that is in it."""
    for instruction in instructions_of(code):
        yield instruction.opname
        if instruction.opname == "BINARY_OP":
            yield OPERATORS[instruction.argval][1].removesuffix("=")
        elif isinstance(instruction.argval, str):
            yield instruction.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from words_of(inner)


def strings_of(code):
    """Strings that may be names for getattr()."""
    for constant in code.co_consts:
        for one in constant if isinstance(constant, tuple) else (constant,):
            if isinstance(one, str) and one.isidentifier():
                yield one


def leading_code(code):
    """The instructions before the first that may do more than import and define."""
    for instruction in instructions_of(code):
        if instruction.opname not in HARMLESS:
            return
        yield instruction


def bases_of(code):
    """The classes that the code makes: their names, and the names that their bases begin or end with."""
    made, bases = None, None
    for instruction in instructions_of(code):
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
