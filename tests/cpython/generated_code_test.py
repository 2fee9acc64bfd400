# SPDX-License-Identifier: Apache-2.0
"""What is foreseen of a program's classes, beside what the library writes when the program makes them."""

import builtins
import collections
import dataclasses
import sys
import tempfile
import unittest
from pathlib import Path
from textwrap import dedent
from types import ModuleType

sys.path.insert(0, str(Path(__file__).parents[2] / "cpython/tools/module_graph"))

from generated_code import WRITERS, GeneratedCode  # noqa: E402

HEAD = """
import collections, dataclasses, typing
from collections import namedtuple
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar, NamedTuple
"""


class Foreseen(unittest.TestCase):
    def foresee(self, source):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "app.py")
            file.write_text(HEAD + dedent(source), encoding="utf-8")
            return GeneratedCode(str(file))

    def texts_of(self, source):
        """What the library compiles while the source is run."""
        texts = {module.__name__: [] for module in WRITERS}
        for module, function in WRITERS.items():
            def run(text, *namespaces, found=texts[module.__name__], run=getattr(builtins, function)):
                found.append(text)
                return run(text, *namespaces)
            setattr(module, function, run)
        # Annotations in quotes are looked up in the class's module.
        program = sys.modules["app"] = ModuleType("app")
        try:
            exec(HEAD + dedent(source), vars(program))
        finally:
            del sys.modules["app"]
            for module, function in WRITERS.items():
                delattr(module, function)
        return texts

    def check(self, source):
        self.assertEqual(self.foresee(source).texts, self.texts_of(source))

    def test_fields_and_their_defaults(self):
        self.check("""
            @dataclass
            class A:
                plain: int
                default: str = "a" + "b"
                made: list = field(default_factory=list, repr=False)
                given: int = field(default=3, compare=False)
                shared: ClassVar[int] = 4
                first: InitVar[int] = 5
                quoted: "dataclasses.InitVar[int]" = 6
                def __post_init__(self, first, quoted): pass
        """)

    def test_what_the_decorator_is_told(self):
        for arguments in ("", "()", "(frozen=True)", "(order=True, eq=True)", "(slots=True)", "(kw_only=True)", "(init=False)",
                          "(unsafe_hash=True, repr=False)"):
            with self.subTest(arguments):
                self.check(f"""
                    @dataclasses.dataclass{arguments}
                    class A:
                        a: int
                        _: KW_ONLY
                        b: int = 1
                """)

    def test_classes_upon_others(self):
        self.check("""
            @dataclass(frozen=True)
            class A:
                a: int = 1
            class Plain: pass
            @dataclass(frozen=True)
            class B(A, Plain):
                b: int = 2
                def __repr__(self): return "B"
        """)

    def test_tuples_with_names(self):
        self.check("""
            P = namedtuple("P", "x y")
            Q = collections.namedtuple("Q", ["a", "b"], defaults=[1])
            R = namedtuple("R", ("a", "class", "a"), rename=True)
            class T(NamedTuple):
                a: int
                b: str = ""
                def both(self): return self.a, self.b
        """)

    def test_what_cannot_be_foreseen_is_passed_over(self):
        generated = self.foresee("""
            names = "x y".split()
            P = namedtuple("P", names)
            Bad = namedtuple("Bad", "1 2")
            @dataclass
            class Wrong:
                a: int = 1
                b: int
            def later():
                @dataclass
                class Local:
                    a: int
            @dataclass
            class Good:
                a: int
        """)
        self.assertEqual(generated.names, ["Good"])

    def test_nothing_of_the_program_is_run(self):
        self.foresee("""
            @dataclass(frozen=print("no"))
            class A:
                a: exit(1) = exit(2)
                b: list = field(default_factory=exit, metadata={"a": exit(3)})
                exit(4)
        """)
        self.assertNotIn("exec", vars(dataclasses))
        self.assertNotIn("eval", vars(collections))

    def test_a_module_without_source(self):
        self.assertEqual(GeneratedCode("").names, [])


if __name__ == "__main__":
    unittest.main()
