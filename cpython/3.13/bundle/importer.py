# SPDX-License-Identifier: Apache-2.0
"""Inside a compiled program: imports the program's own modules.

Their code is with the interpreter's frozen modules, each under the path that it has in tracebacks and `__file__`. Of
sys.path, the folders in which there are such modules are this importer's, as archives are zipimport's.
"""

import _imp
import sys
from _frozen_importlib import ModuleSpec, _call_with_frames_removed
from _frozen_importlib_external import PathFinder

PROGRAM = "/app"
LIBRARY = "/lib/python3.13"
FILES = frozenset(name for name in _imp._frozen_module_names() if name.startswith("/"))
FOLDERS = frozenset(name[:end] for name in FILES for end, letter in enumerate(name) if letter == "/" and end > 0)


class ImageLoader:
    """A module of the program: `path` is its file."""

    def __init__(self, name, path):
        self.name = name
        self.path = path

    def __eq__(self, other):
        return self.__class__ is other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        _call_with_frames_removed(exec, self.get_code(module.__name__), module.__dict__)

    def get_code(self, fullname):
        return _imp.get_frozen_object(self.path)

    def get_filename(self, fullname=None):
        return self.path

    def is_package(self, fullname):
        return self.path.endswith("/__init__.py")

    def get_data(self, path):
        with open(path, "rb") as file:
            return file.read()

    def get_source(self, fullname):
        from _frozen_importlib_external import decode_source
        try:
            return decode_source(self.get_data(self.path))
        except OSError:
            return None  # compiled without --keep-sources

    def get_resource_reader(self, fullname):
        from importlib.readers import FileReader
        return FileReader(self)


class ImageFinder:
    """A folder with modules of the program; or of the standard library, which the interpreter finds by itself."""

    def __init__(self, folder):
        if folder not in FOLDERS and folder != PROGRAM and not f"{folder}/".startswith(f"{LIBRARY}/"):
            raise ImportError(f"no modules of the program in {folder}", path=folder)
        self.path = folder

    def __repr__(self):
        return f"ImageFinder({self.path!r})"

    def find_spec(self, fullname, target=None):
        base = f"{self.path}/{fullname.rpartition('.')[2]}"
        if f"{base}/__init__.py" in FILES:
            return self.spec(fullname, f"{base}/__init__.py", [base])
        if f"{base}.py" in FILES:
            return self.spec(fullname, f"{base}.py", None)
        if base in FOLDERS:
            spec = ModuleSpec(fullname, None)
            spec.submodule_search_locations = [base]
            return spec
        return None

    @staticmethod
    def spec(name, path, folders):
        spec = ModuleSpec(name, ImageLoader(name, path), origin=path, is_package=folders is not None)
        spec.submodule_search_locations = folders
        spec.has_location = True
        return spec

    def iter_modules(self, prefix=""):
        """For pkgutil: names, and whether they are packages."""
        found = {}
        for file in FILES:
            head, _, rest = file.partition(self.path + "/")
            if head or not rest:
                continue
            name, _, inner = rest.partition("/")
            if inner == "__init__.py":
                found[name] = True
            elif not inner and name != "__init__.py":
                found[name.removesuffix(".py")] = False
        return [(prefix + name, found[name]) for name in sorted(found)]

    def invalidate_caches(self):
        pass


def adopt_main(name, path):
    """Gives `__main__` what it has when it is run as a module, or as a folder."""
    package = name.rpartition(".")[0]
    if package:
        __import__(package)
    main = sys.modules["__main__"]
    main.__spec__ = ImageFinder.spec(name, path, None)
    main.__loader__ = main.__spec__.loader
    main.__package__ = package


def without_metadata(invalidate):
    """importlib.invalidate_caches() ends with the caches of importlib.metadata; left out, that has none."""

    def invalidate_caches():
        try:
            invalidate()
        except ModuleNotFoundError as error:
            if error.name != "importlib.metadata":
                raise

    return staticmethod(invalidate_caches)


PathFinder.invalidate_caches = without_metadata(PathFinder.invalidate_caches)
sys.path_hooks.insert(0, ImageFinder)
sys.path_importer_cache.clear()  # of what the interpreter looked for while it started
