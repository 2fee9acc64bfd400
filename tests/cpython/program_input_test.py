# SPDX-License-Identifier: Apache-2.0
"""What a program's `__main__` is made of, and what a run of it imports."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from program_folder import REPOSITORY, ProgramFolder  # noqa: E402, I001: it leads to those below

import program_input  # noqa: E402
from graph import Graph  # noqa: E402


class Folder(ProgramFolder):
    def settings(self, kind, path, **more):
        program = {"kind": kind, "path": str(self.folder / path)} | {
            name: more.pop(name) for name in ("module", "function") if name in more}
        return super().settings(program, **more)

    def graph(self, *arguments, **more):
        graph = Graph(self.settings(*arguments, **more))
        graph.build()
        return graph


class Programs(Folder):
    def main_of(self, *arguments, **more):
        main = self.graph(*arguments, **more).modules["__main__"]
        return main.shown, main.spec_name

    def test_each_kind_has_its_file_and_its_name(self):
        self.write("a/app.py")
        self.write("a/__main__.py")
        self.write("a/p/__init__.py")
        self.write("a/p/tool.py")
        self.write("a/p/__main__.py")
        self.write("library/json.py")
        self.assertEqual(self.main_of("script", "a/app.py"), ("/app/app.py", ""))
        self.assertEqual(self.main_of("folder", "a"), ("/app/__main__.py", "__main__"))
        self.assertEqual(self.main_of("module", "a", module="p.tool"), ("/app/p/tool.py", "p.tool"))
        self.assertEqual(self.main_of("module", "a", module="p"), ("/app/p/__main__.py", "p.__main__"))
        self.assertEqual(self.main_of("module", "a", module="json"), ("/lib/python3.13/json.py", "json"))
        self.assertEqual(self.main_of("entry", "a", module="p.tool", function="main"), ("/app/__main__.py", ""))

    def test_a_main_in_a_package_imports_relatively_and_brings_the_package(self):
        self.write("a/p/__init__.py", "import top\n")
        self.write("a/p/tool.py", "from . import other\n")
        self.write("a/p/other.py")
        self.write("a/top.py")
        graph = self.graph("module", "a", module="p.tool")
        self.assertEqual(sorted(graph.modules), ["__main__", "p", "p.other", "top"])
        self.assertEqual(graph.ready(), ([], ["p", "p.other"]))

    def test_an_entry_calls_its_function(self):
        self.write("a/tool.py", "import helper\n")
        self.write("a/helper.py")
        graph = self.graph("entry", "a", module="tool", function="commands.main")
        self.assertEqual(sorted(graph.modules), ["__main__", "helper", "tool"])
        text = program_input.call_of("tool", "commands.main").decode()
        self.assertEqual(text, "import sys\nfrom tool import commands\nsys.exit(commands.main())\n")

    def test_what_there_is_not_is_refused(self):
        self.write("a/p/inner.py")
        for module in ("nosuch", "p", "p.nosuch"):
            with self.assertRaises(program_input.Refusal):
                self.graph("module", "a", module=module)
        with self.assertRaises(program_input.Refusal):
            self.graph("entry", "a", module="p;x", function="main")


class Places(Folder):
    def test_a_file_is_shown_where_it_is_found(self):
        self.write("src/p/__init__.py")
        self.write("src/p/tool.py", "import p.other, extra\n")
        self.write("src/p/other.py")
        self.write("more/extra.py")
        graph = self.graph("script", "src/p/tool.py", python_path=[str(self.folder / "src"), str(self.folder / "more")])
        self.assertEqual(graph.modules["p.other"].shown, "/lib/python3.13/site-packages/p/other.py")
        self.assertEqual(graph.modules["extra"].shown, "/lib/python3.13/site-packages/extra.py")
        self.assertEqual(graph.modules["__main__"].shown, "/app/tool.py")

    def test_a_namespace_is_where_its_portions_are(self):
        self.write("a/app.py", "import space.one, space.two\n")
        self.write("a/space/one.py")
        self.write("more/space/two.py")
        graph = self.graph("script", "a/app.py", python_path=[str(self.folder / "more")])
        self.assertEqual(graph.modules["space.one"].shown, "/app/space/one.py")
        self.assertEqual(graph.modules["space.two"].shown, "/lib/python3.13/site-packages/space/two.py")


class CertainFailures(Folder):
    def check(self, text, **more):
        graph = self.graph("script", str(Path(self.write("a/app.py", text))), **more)
        graph.check_imports()

    def test_an_import_that_always_fails_is_refused_with_who_wants_it(self):
        self.write("a/helper.py", "x = 1\nfrom nosuch.part import name\n")
        with self.assertRaisesRegex(program_input.Refusal, r"helper\.py:2 imports nosuch, .*--exclude nosuch"):
            self.check("import helper\n")

    def test_one_that_may_not_happen_is_not(self):
        self.write("a/helper.py", "import nosuch\n")
        self.check("try: import nosuch\nexcept ImportError: pass\n")
        self.check("def f(): import nosuch\n")
        self.check("if something: import nosuch\n")
        self.check("try: import helper\nexcept ImportError: pass\n")
        self.check("import nosuch\n", exclude=["nosuch"])

    def test_who_changes_where_imports_look_may_find_more(self):
        self.check("import sys\nsys.path.append('/somewhere')\nimport nosuch\n")
        self.check("from sys import flags, modules\nmodules['nosuch'] = 1\nimport nosuch\n")
        with self.assertRaises(program_input.Refusal):
            self.check("import os\nos.path.join('a')\nimport nosuch\n")


class Tracing(Folder):
    def trace(self, *arguments, program_arguments=(), **more):
        settings = self.write("settings.json", json.dumps(self.settings(*arguments, **more)))
        names = self.folder / "names.txt"
        tool = str(REPOSITORY / "cpython/tools/module_graph/trace_imports.py")
        subprocess.run([sys.executable, tool, settings, str(names), *program_arguments], check=False,
                       capture_output=True)
        return names.read_text(encoding="utf-8").split()

    def test_what_a_run_imports_is_written_down(self):
        self.write("a/app.py", "import sys\n__import__(sys.argv[1])\nassert __name__ == '__main__'\n"
                               "assert 'trace_imports' not in sys.modules\nimport late\n")
        self.write("a/plugin.py", "import helper\n")
        self.write("a/helper.py")
        self.write("a/late.py")
        names = self.trace("script", "a/app.py", program_arguments=["plugin"])
        self.assertLessEqual({"plugin", "helper", "late"}, set(names))

    def test_however_the_program_ends(self):
        self.write("a/p/__init__.py")
        self.write("a/p/tool.py", "from . import part\nraise SystemExit(3)\n")
        self.write("a/p/part.py")
        self.assertLessEqual({"p", "p.part"}, set(self.trace("module", "a", module="p.tool")))
        self.write("a/q.py", "def main(): import p.part; 1 / 0\n")
        self.assertLessEqual({"q", "p.part"}, set(self.trace("entry", "a", module="q", function="main")))


if __name__ == "__main__":
    unittest.main()
