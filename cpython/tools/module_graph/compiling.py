# SPDX-License-Identifier: Apache-2.0
"""From source to code, as it will be in the program."""

import ast
from importlib.util import decode_source

from module import OWN_PREFIX

LAZY_MODULE = OWN_PREFIX + "lazy"  # bundle/lazy.py


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
    body = []
    for node in tree.body:
        match node:
            case ast.Import(names):
                late = {one.name: one.asname or one.name for one in names if one.name in modules}
                node.names = [one for one in names if one.name not in late]
            case ast.ImportFrom(None, [ast.alias(alias, None)], 1):
                late = {module: alias for module in modules if module.endswith(f".{alias}")}
                node.names = [one for one in node.names if not late]
            case _:
                late = {}
        if not late or node.names:
            body.append(node)
        body += [late_import(node, name, alias) for name, alias in late.items()]
    tree.body = body


def late_import(node, name, alias):
    """The statement in the place of what imports the module."""
    [statement] = ast.parse(
        f"{alias} = __import__({LAZY_MODULE!r}).import_module({name!r}, globals(), {alias!r})").body
    for part in ast.walk(statement):
        ast.copy_location(part, node)
    return statement


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
