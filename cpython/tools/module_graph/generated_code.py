# SPDX-License-Identifier: Apache-2.0
"""Foresees what the library will write and compile when the program's main module makes its classes.

dataclasses and collections.namedtuple make source text from the names of fields and compile it, at each start: to compile
it with the program saves the start of the parser and the compiler (bundle/generated_code.py). The texts are found by
making the same classes here, with nothing of the program in them but names and what the decorator is told. A class that
was foreseen wrongly costs the program a little more memory and no more.
"""

import ast
import builtins
import collections
import dataclasses
from importlib.util import decode_source
from pathlib import Path

# What keywords may be given as in the program; the others have no part in the text, or cannot be known.
DECORATOR_KEYWORDS = {"init", "repr", "eq", "order", "unsafe_hash", "frozen", "match_args", "kw_only", "slots"}
FIELD_KEYWORDS = {"init", "repr", "hash", "compare", "kw_only"}
# Annotations that dataclasses looks at.
ANNOTATIONS = {"ClassVar": "typing.ClassVar", "InitVar": "dataclasses.InitVar[object]", "KW_ONLY": "dataclasses.KW_ONLY"}
# What compiles the text, and as what.
WRITERS = {dataclasses: "exec", collections: "eval"}


def name_of(node):
    """`name` and `module.name`, with and without a call of it."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def keywords_of(node, known):
    """"name=value" of those that are known and constant."""
    return [f"{one.arg}={one.value.value!r}" for one in getattr(node, "keywords", ())
            if one.arg in known and isinstance(one.value, ast.Constant)]


def annotation_like(node):
    words = {name_of(part) for part in ast.walk(node)}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = set(node.value.replace("[", ".").split("."))
    return next((text for word, text in ANNOTATIONS.items() if word in words), "object")


def value_like(node):
    """" = value", with the same traces in the text as the field's."""
    if node is None:
        return ""
    if name_of(node) != "field" or not isinstance(node, ast.Call):
        return " = None"
    given = {one.arg for one in node.keywords}
    arguments = keywords_of(node, FIELD_KEYWORDS)
    arguments += [f"{word}=object" for word in ("default", "default_factory") if word in given]
    return f" = dataclasses.field({', '.join(arguments)})"


def members_like(node):
    for statement in node.body:
        match statement:
            case ast.AnnAssign(ast.Name(name), annotation, value):
                yield f"    {name}: {annotation_like(annotation)}{value_like(value)}"
            case ast.FunctionDef(name):
                yield f"    def {name}(self, *_): pass"


def class_like(node, known):
    """The source of a class that leads to the same texts; empty for classes that lead to none."""
    decorators = [one for one in node.decorator_list if name_of(one) == "dataclass"]
    fields = [one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    if "NamedTuple" in map(name_of, node.bases):
        return f"{node.name} = collections.namedtuple({node.name!r}, {fields!r})"
    if not decorators:
        return ""
    bases = ", ".join(one.id for one in node.bases if isinstance(one, ast.Name) and one.id in known)
    decorator = f"@dataclasses.dataclass({', '.join(keywords_of(decorators[0], DECORATOR_KEYWORDS))})"
    return "\n".join([decorator, f"class {node.name}({bases}):", "    pass", *members_like(node)])


def tuple_like(node):
    """The same of a statement that calls namedtuple."""
    match node:
        case ast.Assign([ast.Name(name)], ast.Call(_, [ast.Constant(str()), fields]) as call) \
                if name_of(call) == "namedtuple":
            try:
                fields = ast.literal_eval(fields)
            except ValueError:
                return "", ""
            arguments = ", ".join([repr(name), repr(fields), *keywords_of(call, {"rename"})])
            return name, f"{name} = collections.namedtuple({arguments})"
    return "", ""


def classes_like(tree):
    """By their names, in the order of the program: sources of classes like those that the module makes at once."""
    found = {}
    for node in tree.body:
        name, source = (node.name, class_like(node, found)) if isinstance(node, ast.ClassDef) else tuple_like(node)
        if source:
            found[name] = source
    return found


def imports_for(sources):
    return [f"import {module}" for module in ("collections", "dataclasses", "typing")
            if any(f"{module}." in source for source in sources)]


def make(sources):
    """Makes the classes. Returns the texts that were compiled, by the names of the modules that wrote them, and the
    sources of the classes that could be made."""
    texts = {module.__name__: [] for module in WRITERS}
    names = {"__name__": "foreseen"}
    exec("\n".join(imports_for(sources.values())), names)

    def recording(module, run):
        def run_text(text, *namespaces):
            texts[module.__name__].append(text)
            return run(text, *namespaces)
        return run_text

    made = {}
    for module, function in WRITERS.items():
        setattr(module, function, recording(module, getattr(builtins, function)))
    try:
        for name, source in sources.items():
            try:
                exec(compile(source, "<foreseen>", "exec", dont_inherit=True), names)
                made[name] = source
            except Exception:
                pass  # it will not be made as it was foreseen, or not at all
    finally:
        for module, function in WRITERS.items():
            delattr(module, function)
    return texts, made


class GeneratedCode:
    """Of a main module: `texts` by the names of the library's modules that write them; `names` of the classes, and
    a `source` that makes them."""

    def __init__(self, file, optimize=0):
        source = decode_source(Path(file).read_bytes()) if file.endswith(".py") else ""
        self.optimize = optimize
        self.texts, made = make(classes_like(ast.parse(source)))
        self.names = list(made)
        self.source = "\n".join([*imports_for(made.values()), *made.values()])

    def table(self):
        """{module: {text: mark}} and {mark: code}: marks can stand in a source, and code instead of them in its code."""
        codes = {}
        table = {}
        for module, function in WRITERS.items():
            for text in dict.fromkeys(self.texts[module.__name__]):
                mark = f"<code {len(codes)}>"
                codes[mark] = compile(text, "<string>", function, dont_inherit=True, optimize=self.optimize)
                table.setdefault(module.__name__, {})[text] = mark
        return table, codes
