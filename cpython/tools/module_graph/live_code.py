# SPDX-License-Identifier: Apache-2.0
"""Which code of a program's modules counts."""

from collections import Counter
from types import CodeType

from code_reading import (
    attributes_of, bases_of, is_class_body, is_function, is_special, mentions_of, strings_of)
from module import MAIN


class LiveCode:
    """Which functions of the standard library can be called.

    Half of its functions import what hardly a program needs: os.popen() alone brings subprocess, threads and sockets.
    So a function of the library counts only when code that counts names it: the program anywhere, its own module by
    reading its name, another module as `module.name` or `from module import name`. A class stands for its methods and
    its bases. What this leaves out and a program wants after all, it has to be told of.
    """

    def __init__(self, graph):
        self.graph = graph
        self.program_names = set()
        self.named_in = {}  # name -> the modules whose code reads it

    def add(self, module, code, owner=""):
        """Follows the imports of code that counts, and of what it makes count. `owner`: the class whose body it is."""
        self.graph.add_imports(module, code)
        module.bases |= dict(bases_of(code))
        is_program = not self.graph.is_library(module)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self.add_inner(module, code, inner, owner)
        names = set(mentions_of(code, module.name == MAIN))
        if is_program or is_function(code):
            names |= set(strings_of(code))
        for name in names:
            self.named_in.setdefault(name, set()).add(module.name)
        self.follow_deferred(names)
        if is_program:
            self.graph.add_encodings(module, code)
            if fresh := names - self.program_names:
                self.program_names |= fresh
                for one in list(self.graph.modules.values()):
                    self.wake(one, fresh)
        else:
            self.wake(module, names if is_function(code) else self.used_names(module, code))
            for alias, name in attributes_of(code, module.name == MAIN):
                if target := self.graph.modules.get(module.aliases.get(alias, "")):
                    self.wake(target, {name})
            if code is module.code:  # what was named before the module was there
                self.wake(module, self.program_names | module.mentioned)

    @staticmethod
    def used_names(module, code):
        """Of the body of a module or class: what it reads for more than the base of a class."""
        names = Counter(mentions_of(code, module.name == MAIN))
        for _, bases in bases_of(code):
            names.subtract(bases)
        return {name for name, count in names.items() if count > 0}

    def add_inner(self, module, code, inner, owner):
        """Of library functions some wait: for their name or, special ones, for that of their class alone."""
        keys = {owner} - {""}
        if not (owner and is_special(inner.co_name)):
            keys.add(inner.co_name)
        counts = (not self.graph.is_library(module) or is_function(code) or not is_function(inner)
                  or inner.co_name.startswith("<") or not owner and is_special(inner.co_name)
                  or self.is_mentioned(module, keys))
        if counts:
            self.add(module, inner, inner.co_name if is_class_body(inner) else "")
        else:
            for key in keys:
                module.waiting.setdefault(key, []).append(inner)

    def is_mentioned(self, module, names):
        return not module.mentioned.isdisjoint(names) or not self.program_names.isdisjoint(names)

    def is_named_outside(self, module, names):
        """Whether code of another module that counts reads one of the names."""
        return any(self.named_in.get(name, set()) - {module.name} for name in names)

    def follow_deferred(self, names):
        for module in list(self.graph.modules.values()):
            waiting, module.deferred = module.deferred, []
            for cut, one in waiting:
                if names.isdisjoint(cut):
                    module.deferred.append((cut, one))
                else:
                    self.graph.add_import(module, one)  # which looks again, and may have it wait on

    def wake(self, module, names):
        names = names | {base for name in names & module.bases.keys() for base in self.all_bases(module, name)}
        module.mentioned |= names
        for name in names & module.waiting.keys():
            for code in module.waiting.pop(name, ()):
                if id(code) not in module.awake:
                    module.awake.add(id(code))
                    self.add(module, code)

    def all_bases(self, module, name, seen=()):
        for base in module.bases.get(name, ()):
            if base not in seen:
                yield base
                yield from self.all_bases(module, base, (*seen, base))
