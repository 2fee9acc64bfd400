eager = 1


def __getattr__(name):
    if name == "late":
        from . import part
        return part.VALUE
    raise AttributeError(name)


def __dir__():
    return ["eager", "late"]
