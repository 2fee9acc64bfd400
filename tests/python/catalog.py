# SPDX-License-Identifier: Apache-2.0
"""Which test modules there are, and what the names on a command line mean.

A module's name here is CPython's without the package `test`: `test_json`, `test_asyncio.test_events`. A test's name is
its module's, then class and method: `test_json.test_decode.TestPyDecode.test_float`.
"""

import difflib
import re
from dataclasses import dataclass

PACKAGE = "test."
ADDRESS = re.compile(r"0x[0-9a-f]+")
# How unittest names the preparing and tidying up of a class or a module.
FIXTURE = re.compile(r"(setUpClass|tearDownClass|setUpModule|tearDownModule) \((.+)\)")
# How it names a module of a package that cannot be imported, or does not want to.
NOT_LOADED = re.compile(r"unittest\.loader\.(_FailedTest|ModuleSkipped)\.")


class UnknownName(Exception):
    """A name that no module has; the message is ready to print."""


@dataclass(frozen=True)
class Selection:
    """One module to run, or the tests of it whose names begin with `only` (empty: all)."""

    module: str
    only: str = ""

    @property
    def name(self):
        return self.only or self.module


def all_modules():
    """What `python -m test --list-tests` would list, by the same code."""
    from test.libregrtest.findtests import findtests

    return sorted(name.removeprefix(PACKAGE) for name in findtests())


def canonical(module, test_id):
    """A test's name: without the package, and always below its module, whoever defined it."""
    name = ADDRESS.sub("0x", test_id)
    if fixture := FIXTURE.fullmatch(name):
        name = f"{fixture[2]}.{fixture[1]}"
    name = NOT_LOADED.sub("", name).removeprefix(PACKAGE)
    if name == module or name.startswith(module + "."):
        return name
    return f"{module}.{name}"


def select(names, modules):
    """The selections for names as a user writes them: modules, packages of modules, or tests in a module."""
    selections = []
    for written in names:
        for selection in _select_one(written, modules):
            if selection not in selections:
                selections.append(selection)
    return selections


def _select_one(written, modules):
    name = written.removeprefix(PACKAGE)
    if name in modules:
        return [Selection(name)]
    if below := [module for module in modules if module.startswith(name + ".")]:
        return [Selection(module) for module in below]
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:length])
        if module in modules:
            return [Selection(module, name)]
    raise UnknownName(f"no test module is called {written}; {_advice(name, modules)}")


def _advice(name, modules):
    close = difflib.get_close_matches(name, modules, n=1, cutoff=0.5)
    close = close or difflib.get_close_matches("test_" + name, modules, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else "--list lists them"
