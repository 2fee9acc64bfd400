import sys
import types


class Lazy(types.ModuleType):
    @property
    def answer(self):
        print("computed")
        return 42


sys.modules[__name__].__class__ = Lazy
