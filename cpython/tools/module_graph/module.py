# SPDX-License-Identifier: Apache-2.0
"""A module of the graph."""

from dataclasses import dataclass, field
from types import CodeType

MAIN = "__main__"
# What each compiled program has inside begins so.
OWN_PREFIX = "_taipan_"


@dataclass
class Module:
    name: str
    kind: str  # source, package, namespace, builtin
    file: str = ""
    shown: str = ""  # the file's name inside the program
    places: tuple = ()  # where a package has its modules
    spec_name: str = ""  # of a `__main__` that is a module as well
    code: CodeType | None = None
    certain: list = field(default_factory=list)  # of the program: imports that happen whenever it is imported
    importers: list = field(default_factory=list)
    waiting: dict = field(default_factory=dict)  # functions that do not count yet, by name
    mentioned: set = field(default_factory=set)  # names of functions that count when they turn up
    deferred: list = field(default_factory=list)  # imports, each with the names that it waits for
    awake: set = field(default_factory=set)  # the functions that waited and count now
    aliases: dict = field(default_factory=dict)  # the modules that its code imports, by the names they get
    bases: dict = field(default_factory=dict)  # its classes, with the names of their bases
