# SPDX-License-Identifier: Apache-2.0
"""From source to code, as it will be in the program."""

import ast
from importlib.util import decode_source


LAZY_MODULE = "_taipan_lazy"  # bundle/lazy.py


def compile_source(source, name, optimize, has_docstrings=True, lazy=()):
    """`lazy`: modules that are imported when they are used."""
    source = decode_source(source)
    if lazy or not has_docstrings:
        source = ast.parse(source, name)
        make_imports_lazy(source, lazy)
        if not has_docstrings:
            source = without_docstrings(source)
    return compile(source, name, "exec", dont_inherit=True, optimize=optimize)


def make_imports_lazy(tree, modules):
    for i, node in enumerate(tree.body):
        match node:
            case ast.Import([ast.alias(name, alias)]) if name in modules:
                alias = alias or name
            case ast.ImportFrom(None, [ast.alias(alias, None)], 1):
                name = next((module for module in modules if module.endswith(f".{alias}")), None)
            case _:
                name = None
        if name is not None:
            late = f"{alias} = __import__({LAZY_MODULE!r}).import_module({name!r}, globals(), {alias!r})"
            [tree.body[i]] = ast.parse(late).body
            for part in ast.walk(tree.body[i]):
                ast.copy_location(part, node)


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
