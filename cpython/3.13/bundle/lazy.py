# SPDX-License-Identifier: Apache-2.0
"""Inside a compiled program: modules of the standard library that others import in case they want them.

cpython/tools/module_graph.py writes such imports anew (the facts' "lazy"), so that the module comes with the first use.
"""

import sys


class Awaited:
    """Stands in a module's names for one that it imports, until something is asked of it."""

    def __init__(self, name, namespace, alias):
        self.__dict__ |= {"name": name, "namespace": namespace, "alias": alias}

    def __getattr__(self, attribute):
        __import__(self.name)
        module = sys.modules[self.name]
        if self.namespace.get(self.alias) is self:
            self.namespace[self.alias] = module
        return getattr(module, attribute)


def import_module(name, namespace, alias):
    return sys.modules[name] if name in sys.modules else Awaited(name, namespace, alias)
