# SPDX-License-Identifier: Apache-2.0
"""What the module graph finds in code, and which code of a library counts."""

import argparse
import contextlib
import dataclasses
import dis
import enum
import io
import json
import sys
import types
import typing
import unittest
import unittest.mock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from program_folder import REPOSITORY, ProgramFolder  # noqa: E402, I001: it leads to those below

import code_reading  # noqa: E402
from compiling import compile_source  # noqa: E402
from generated_code import GeneratedCode  # noqa: E402
from graph import Graph  # noqa: E402
from instructions import instructions_of  # noqa: E402
from program_input import Refusal  # noqa: E402
from writing import rehearsal_of, write  # noqa: E402


def imports(source, is_main=False):
    code = compile(source, "<test>", "exec")
    return [(one.module, one.names, one.level) for one in code_reading.imports_of(code, is_main)]


class Instructions(unittest.TestCase):
    def all_codes(self, code):
        yield code
        for inner in code.co_consts:
            if hasattr(inner, "co_code"):
                yield from self.all_codes(inner)

    def test_are_those_that_dis_shows(self):
        for module in (argparse, dataclasses, dis, enum, typing, unittest.mock):
            source = Path(module.__file__).read_bytes()
            for code in self.all_codes(compile(source, module.__file__, "exec")):
                theirs = [one for one in dis.get_instructions(code) if one.opname != "EXTENDED_ARG"]
                ours = list(instructions_of(code))
                self.assertEqual([one.opname for one in ours], [one.opname for one in theirs])
                self.assertEqual([one.offset for one in ours], [one.offset for one in theirs])
                for one, other in zip(ours, theirs):
                    if one.opname.startswith(("LOAD_CONST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_FAST", "LOAD_DEREF", "IMPORT", "STORE_NAME", "POP_JUMP", "COMPARE", "RETURN_CONST")):
                        if one.opname.count("FAST") < 2:
                            self.assertEqual(one.argval, other.argval, one)
                    if one.opname == "IMPORT_NAME":
                        self.assertEqual(one.line, other.line_number)


class ImportsOfCode(unittest.TestCase):
    def test_every_form(self):
        self.assertEqual(imports("import a.b, c as d"), [("a.b", (), 0), ("c", (), 0)])
        self.assertEqual(imports("from a import b, c"), [("a", ("b", "c"), 0)])
        self.assertEqual(imports("from a import *"), [("a", ("*",), 0)])
        self.assertEqual(imports("from . import a"), [("", ("a",), 1)])
        self.assertEqual(imports("from ..a.b import c"), [("a.b", ("c",), 2)])

    def test_calls_with_a_literal(self):
        self.assertEqual(imports("importlib.import_module('a.b')"), [("a.b", (), 0)])
        self.assertEqual(imports("import_module('.a', 'package')"), [("a", (), 1)])
        self.assertEqual(imports("__import__('a')"), [("a", (), 0)])
        self.assertEqual(imports("import_module(name)\nprint('a')"), [])

    def test_modules_that_calls_name_by_a_literal(self):
        def named(source):
            code = compile(source, "<test>", "exec")
            return [name for name, _ in code_reading.modules_named(code_reading.live_instructions(code, False))]
        self.assertEqual(named("resources.files('a.b').joinpath('c')"), ["a.b"])
        self.assertEqual(named("pkgutil.get_data('a', 'x.txt')"), ["a"])
        self.assertEqual(named("importlib.util.find_spec('a.b')"), ["a.b"])
        self.assertEqual(named("files(name, 'b')\nother('a')\nread_text(package)"), [])

    def test_what_cannot_run_on_the_target_does_not_count(self):
        self.assertEqual(imports("if sys.platform == 'win32':\n import a\nelse:\n import b"), [("b", (), 0)])
        self.assertEqual(imports("if sys.platform != 'win32': import a"), [("a", (), 0)])
        self.assertEqual(imports("if os.name == 'nt': import a"), [])
        self.assertEqual(imports("if other.name == 'nt': import a"), [("a", (), 0)])
        self.assertEqual(imports("if __name__ == '__main__': import a"), [])
        self.assertEqual(imports("if __name__ == '__main__': import a", is_main=True), [("a", (), 0)])


class GraphOfAProgram(ProgramFolder):
    def graph(self, program, facts=None, **settings):
        script = {"kind": "script", "path": str(self.write("app/app.py", program))}
        graph = Graph(self.settings(script, facts, **{"builtins": ["builtin"]} | settings))
        graph.build()
        return graph

    def names(self, program, **more):
        return sorted(self.graph(program, **more).modules.keys() - {"__main__"})

    def test_packages_bring_their_parents_and_the_modules_that_are_named(self):
        self.write("app/p/__init__.py")
        self.write("app/p/a.py", "from . import b\nfrom .q.c import VALUE\n")
        self.write("app/p/b.py")
        self.write("app/p/unused.py")
        self.write("app/p/q/__init__.py")
        self.write("app/p/q/c.py", "VALUE = 1\n")
        self.assertEqual(self.names("import p.a"), ["p", "p.a", "p.b", "p.q", "p.q.c"])

    def test_a_star_brings_what_all_names(self):
        self.write("app/p/__init__.py", "__all__ = ['a', 'other']\n")
        self.write("app/p/a.py")
        self.write("app/p/unused.py")
        self.assertEqual(self.names("from p import *"), ["p", "p.a"])

    def test_a_folder_without_init_is_a_package_too(self):
        self.write("app/space/a.py")
        graph = self.graph("import space.a")
        self.assertEqual(graph.modules["space"].kind, "namespace")
        self.assertEqual(graph.modules["space.a"].kind, "source")

    def test_a_function_of_the_library_counts_when_it_is_named(self):
        self.write("library/lib.py", "def used(): import a\ndef unused(): import b\n")
        for name in "ab":
            self.write(f"library/{name}.py")
        self.assertEqual(self.names("import lib"), ["lib"])
        self.assertEqual(self.names("import lib\nlib.used()"), ["a", "lib"])
        self.assertEqual(self.names("from lib import used"), ["a", "lib"])
        self.assertEqual(self.names("import lib\ngetattr(lib, 'used')"), ["a", "lib"])

    def test_what_a_function_calls_counts_with_it(self):
        self.write("library/lib.py", "def outer(): inner()\ndef inner():\n import other\n other.deep()\n")
        self.write("library/other.py", "def deep(): import a\ndef unused(): import b\n")
        for name in "ab":
            self.write(f"library/{name}.py")
        self.assertEqual(self.names("import lib; lib.outer()"), ["a", "lib", "other"])

    def test_a_class_stands_for_its_methods_and_its_bases(self):
        self.write("library/lib.py",
                   "class Base:\n def __init__(self): import a\n"
                   "class Used(Base):\n def run(self): import b\n"
                   "class Unused:\n def __init__(self): import c\n")
        for name in "abc":
            self.write(f"library/{name}.py")
        self.assertEqual(self.names("import lib"), ["lib"])
        self.assertEqual(self.names("import lib; lib.Used()"), ["a", "b", "lib"])

    def test_everything_of_the_program_counts(self):
        self.write("app/helper.py", "def unused(): import a\n")
        self.write("app/a.py")
        self.assertEqual(self.names("import helper"), ["a", "helper"])

    def test_facts(self):
        facts = {"always": ["builtin"], "implied": {"builtin": ["a"]}, "cut": {"a": {"b": "not needed"}},
                 "aliases": {"x.y": "c"}}
        self.write("library/a.py", "import b\nimport x.y\n")
        self.write("library/b.py")
        self.write("library/c.py")
        self.assertEqual(self.names("", facts=facts), ["a", "builtin", "c"])

    def test_a_cut_holds_for_relative_imports_and_for_those_of_c_code(self):
        facts = {"always": ["builtin"], "implied": {"builtin": ["b"]},
                 "cut": {"p": {"p.a": "not needed"}, "builtin": {"b": ["rare"]}}}
        self.write("library/p/__init__.py", "from .a import VALUE\n")
        self.write("library/p/a.py", "VALUE = 1\n")
        self.write("library/b.py")
        self.assertEqual(self.names("import p", facts=facts), ["builtin", "p"])
        self.assertEqual(self.names("import p; x.rare()", facts=facts), ["b", "builtin", "p"])

    def test_an_import_that_waits_for_a_name_in_the_program(self):
        facts = {"cut": {"lib": {"a": {"program": ["rare"]}}}}
        self.write("library/lib.py", "import a\n")
        self.write("library/other.py", "import lib\nlib.rare()\n")
        self.write("library/a.py")
        self.assertEqual(self.names("import lib, other", facts=facts), ["lib", "other"])
        self.assertEqual(self.names("import lib; lib.rare()", facts=facts), ["a", "lib"])

    def test_names_of_characters_are_left_out_where_nobody_asks_for_them(self):
        facts = {"nameless": ["nameless"]}
        self.write("library/nameless.py", "import unicodedata\n")
        self.write("library/named.py", "import unicodedata\n")
        for program, wanted in (("import nameless", False), ("import nameless, named", True), ("import os", True),
                                ("import nameless, unicodedata", True), ("import nameless; eval(x)", True),
                                ("import nameless; x.encode('ascii', 'namereplace')", True)):
            graph = self.graph(program, facts=facts, builtins=["unicodedata"])
            self.assertEqual(graph.reads_character_names(), wanted, program)

    def test_a_lazy_import_waits_for_the_first_use(self):
        sys.path.insert(0, str(self.folder / "library"))
        self.addCleanup(sys.path.remove, str(self.folder / "library"))
        self.write("library/lazy_user.py", '"""Says."""\nimport io, lazy_other as other, os\nX = io, os\ndef use(): return other.Y\n')
        self.write("library/lazy_other.py", "Y = 2\n")
        lazy_module = compile_source((REPOSITORY / "cpython/3.13/bundle/lazy.py").read_bytes(), "lazy", 0)
        sys.modules["_taipan_lazy"] = types.ModuleType("_taipan_lazy")
        self.addCleanup(sys.modules.pop, "_taipan_lazy")
        self.addCleanup(sys.modules.pop, "lazy_other", None)
        exec(lazy_module, sys.modules["_taipan_lazy"].__dict__)
        graph = self.graph("import lazy_user", facts={"lazy": {"lazy_user": ["lazy_other"]}})
        self.assertIn("lazy_other", graph.modules)
        self.assertNotIn("_taipan_lazy", graph.missing)
        names = {}
        exec(graph.modules["lazy_user"].code, names)
        self.assertNotIn("lazy_other", sys.modules)
        self.assertEqual(names["use"](), 2)
        self.assertIs(names["other"], sys.modules["lazy_other"])

    def test_what_is_rehearsed_is_what_the_program_itself_says(self):
        self.write("library/lib.py", "import a\ndef inner(b): return b ** 2\n")
        self.write("library/a.py")
        self.write("app/helper.py", "import lib\ndef unused(b):\n b %= 2\n return sorted(b)\n")
        graph = self.graph("import helper")
        self.assertEqual(graph.program_imports(), {"helper", "lib"})
        words = graph.program_words
        self.assertLessEqual({"sorted", "%", "IMPORT_NAME"}, words)
        self.assertTrue(words.isdisjoint({"**", "inner"}))
        told = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(rehearsal_of(graph, GeneratedCode("")), told)
        self.assertEqual(told["IMPORTED"], {"helper", "lib"})

    def test_an_import_that_waits_for_a_name(self):
        facts = {"cut": {"lib": {"a": ["rare", "rarer"]}}}
        self.write("library/lib.py", "import a\ndef rare(): pass\ndef usual(): pass\n")
        self.write("library/a.py")
        self.assertEqual(self.names("import lib; lib.usual()", facts=facts), ["lib"])
        self.assertEqual(self.names("import lib; lib.rare()", facts=facts), ["a", "lib"])

    def test_encodings_that_are_named_by_strings(self):
        self.write("library/encodings/__init__.py")
        self.write("library/encodings/cp1252.py")
        self.assertIn("encodings.cp1252", self.names("'x'.encode('windows-1252')"))

    def test_options(self):
        self.write("app/a.py")
        self.assertEqual(self.names("", include=["a"]), ["a"])
        self.assertEqual(self.names("import a", exclude=["a"]), [])
        with self.assertRaisesRegex(Refusal, "there is no module b"):
            self.graph("", include=["b"])

    def test_who_wants_what_is_not_there(self):
        self.assertEqual(self.graph("\nimport nowhere.at_all").missing, {"nowhere": [["__main__", 2]]})

    def test_files_have_their_places_inside_of_the_program(self):
        self.write("app/p/a.py")
        self.write("library/lib.py")
        self.write("other/third.py")
        graph = self.graph("import p.a, lib, third", python_path=[str(self.folder / "other")])
        names = {name: graph.frozen_name(module) for name, module in graph.modules.items()}
        self.assertEqual(names, {"__main__": "__main__", "p": "p", "p.a": "/app/p/a.py", "lib": "lib",
                                 "third": "/lib/python3.13/site-packages/third.py"})
        self.assertEqual(graph.modules["__main__"].code.co_filename, "/app/app.py")
        self.assertEqual(graph.modules["lib"].code.co_filename, "/lib/python3.13/lib.py")

    def test_a_snapshot_imports_what_the_program_does_before_anything_else(self):
        self.write("library/lib.py", "def use(): import soon\nuse\n")
        self.write("library/soon.py")
        self.write("library/late.py")
        self.write("library/inner.py")
        for name in ("first", "second", "third"):
            self.write(f"app/{name}.py", "import inner\n")
        graph = self.graph('"""Says."""\nX = 1\nimport first, lib\ndef f(): import late\nfrom second import *\n'
                           "print()\nimport third\n", facts={"soon": {"lib": ["soon", "never"]}})
        library, program = graph.ready()
        self.assertEqual(sorted(library), ["inner", "lib", "soon"])
        self.assertEqual(program, ["first", "second"])

    def test_documentation_of_the_library_is_kept_for_who_reads_it(self):
        self.write("library/lib.py", '"""Says."""\ndef f():\n "Says more."\n')
        self.assertIsNone(self.constant(self.graph("import lib"), "lib"))
        for program in ("import lib; lib.f.__doc__", "import lib; getattr(lib, '__doc__')"):
            graph = self.graph(program)
            self.assertTrue(graph.reads_documentation())
            graph.add_docstrings()
            self.assertEqual(self.constant(graph, "lib"), "Says.")
        self.assertFalse(self.graph("print(__doc__)").reads_documentation(), "its own")

    @staticmethod
    def constant(graph, name):
        names = {}
        exec(graph.modules[name].code, names)
        return names.get("__doc__")

    def test_programs_that_may_import_anew(self):
        self.assertTrue(self.graph("import sys; del sys.modules['a']").imports_anew())
        self.assertTrue(self.graph("from importlib import reload").imports_anew())
        self.assertFalse(self.graph("import sys; sys.exit()").imports_anew())

    def test_what_is_asked_of_the_program_is_not_asked_of_what_we_add(self):
        graph = self.graph("pass", own_modules=str(REPOSITORY / "cpython/3.13/bundle"))
        (self.folder / "out").mkdir()
        write(graph, self.folder / "out")
        written = json.loads((self.folder / "out/graph.json").read_text(encoding="utf-8"))
        self.assertIn("_taipan_snapshot", [row["name"] for row in written["modules"]])
        self.assertEqual((written["imports_anew"], written["reads_documentation"]), (False, False))


class Docstrings(unittest.TestCase):
    def test_only_they_go_and_lines_stay(self):
        source = ('"""Module."""\nclass A:\n  """Class."""\n  def f(self):\n    """Function."""\n    return "kept"\n'
                  'if A:\n  async def g():\n    "Only this."\nx = "kept"\n"kept as well"\n')
        code = compile_source(source.encode(), "<test>", 0, has_docstrings=False)
        names = {}
        exec(code, names)
        documented = (names["A"], names["A"].f, names["g"])
        self.assertEqual([names.get("__doc__"), *(one.__doc__ for one in documented)], [None] * 4)
        self.assertEqual((names["A"]().f(), names["x"], names["A"].f.__code__.co_firstlineno), ("kept", "kept", 4))


if __name__ == "__main__":
    unittest.main()
