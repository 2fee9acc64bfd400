import importlib.util
import sys

import package


class Maker:
    """Behind all others, as libraries do for modules that have moved."""

    def find_spec(self, name, path=None, target=None):
        if name.startswith("package.made_"):
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.NAME = module.__name__


sys.meta_path.append(Maker())
print(importlib.import_module("package.made_up").NAME, package.made_up is sys.modules["package.made_up"])
try:
    importlib.import_module("package.other")
except ModuleNotFoundError as error:
    print(error)
