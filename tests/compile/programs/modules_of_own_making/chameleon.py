import sys


class Chameleon:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return f"any {name}"


sys.modules[__name__] = Chameleon()
