# SPDX-License-Identifier: Apache-2.0
"""A folder with a program, for tests of cpython/tools/module_graph."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "cpython/tools/module_graph"))

NO_FACTS = {"always": [], "implied": {}, "soon": {}, "lazy": {}, "nameless": [], "cut": {}, "aliases": {},
            "with_sources": []}


class ProgramFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text=""):
        """Returns the path of the file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def settings(self, program, facts=None, **more):
        """For the graph of a program, with a library in the folder `library`."""
        (self.folder / "library").mkdir(exist_ok=True)
        facts = self.write("facts.json", json.dumps(NO_FACTS | (facts or {})))
        return {"program": program, "python_path": [], "include": [], "exclude": [], "builtins": [],
                "library": str(self.folder / "library"), "facts": str(facts)} | more
