# SPDX-License-Identifier: Apache-2.0
"""What a full run has found so far, kept in a folder so that an interrupted run goes on."""

import json
import os
import shutil
from pathlib import Path

from worker import ModuleResult


class Store:
    """One folder: facts.json, and NAME.json and NAME.log for each selection that has been run."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def log_path(self, name):
        return self.folder / f"{name}.log"

    def clear(self):
        shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)

    def facts(self):
        return self._read("facts.json")

    def set_facts(self, facts):
        self._write("facts.json", facts)

    def add(self, result):
        self._write(f"{result.selection.name}.json", result.to_json())

    def results(self, modules):
        """The stored results among these modules'."""
        found = {}
        for module in modules:
            data = self._read(f"{module}.json")
            if data is not None:
                found[module] = ModuleResult.from_json(module, data)
        return found

    def _read(self, name):
        path = self.folder / name
        if not path.exists():
            return None
        return json.loads(path.read_text(encoding="utf-8"))

    def _write(self, name, data):
        beside = Path(self.folder / f"{name}.new")
        beside.write_text(json.dumps(data), encoding="utf-8")
        os.replace(beside, self.folder / name)
