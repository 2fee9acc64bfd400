import importlib
import importlib.abc
import importlib.util
import sys
import types

import chameleon
import lazy

print(type(chameleon).__name__, chameleon.anything, sys.modules["chameleon"] is chameleon)
print(type(lazy).__name__, lazy.answer, lazy.answer, "answer" in dir(lazy))

made = types.ModuleType("made", "not from a file")
exec("VALUE = __name__.upper()", made.__dict__)
sys.modules["made"] = made
import made as again
from made import VALUE

print(again is made, VALUE, made.__doc__)

sys.modules["forbidden"] = None
try:
    import forbidden
except ModuleNotFoundError as error:
    print(error)


class Inventor(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name.startswith("invented_") else None

    def exec_module(self, module):
        module.name = module.__name__.removeprefix("invented_")


sys.meta_path.insert(0, Inventor())
print(importlib.import_module("invented_thing").name, importlib.util.find_spec("invented_other").name)
saved = sys.modules.pop("invented_thing")
print(importlib.import_module("invented_thing") is saved)
try:
    importlib.import_module("not_invented")
except ModuleNotFoundError as error:
    print(error, error.name)
print(importlib.util.find_spec("nothing_like_it"), __spec__, sys.modules["__main__"].__name__)
