import ast
import copy
import functools
import json
import sys


def depth(n):
    return n and 1 + depth(n - 1)


class Link:
    def __init__(self, rest):
        self.rest = rest

    def __repr__(self):
        return f"Link({self.rest!r})"

    def __eq__(self, other):
        return self.rest == other.rest

    def __getattr__(self, name):
        return getattr(self, name + "_")


def nested(make, levels=100_000):
    value = None
    for _ in range(levels):
        value = make(value)
    return value


def through(call):
    """A function that calls itself through C code."""

    def again(_):
        return call(again)

    return lambda: again(0)


KINDS = {
    "list": lambda: repr(nested(lambda x: [x])),
    "dict": lambda: repr(nested(lambda x: {1: x})),
    "equal": lambda: nested(lambda x: [x]) == nested(lambda x: [x]),
    "repr": lambda: repr(nested(Link)),
    "eq": lambda: nested(Link) == nested(Link),
    "getattr": lambda: Link(0).name,
    "map": through(lambda f: list(map(f, [0]))),
    "sorted": through(lambda f: sorted([0], key=f)),
    "sum": through(lambda f: sum(f(x) for x in [0])),
    "reduce": through(lambda f: functools.reduce(lambda a, b: f(a), [1, 2])),
    "exec": through(lambda f: exec("f(0)", {"f": f})),
    "json": lambda: json.dumps(nested(lambda x: [x])),
    "unjson": lambda: json.loads("[" * 100_000),
    "deepcopy": lambda: copy.deepcopy(nested(lambda x: [x])),
    "not": lambda: ast.parse("not " * 50_000 + "x"),
    "minus": lambda: ast.parse("-" * 50_000 + "x"),
    "attributes": lambda: ast.parse("x" + ".x" * 50_000),
}

sys.setrecursionlimit(5000)
print(depth(4000))
try:
    depth(10000)
except RecursionError:
    print("too deep")
sys.setrecursionlimit(1000)
for name, run in KINDS.items():
    try:
        run()
    except (RecursionError, MemoryError) as error:
        print(name, type(error).__name__)
for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}, Link, lambda x: lambda: x):
    nested(make)  # and away with it
print("still here")
