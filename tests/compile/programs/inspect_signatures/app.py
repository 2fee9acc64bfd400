import inspect


def function(a, /, b: int = 1, *args, c, **rest) -> str:
    """Says nothing."""


class Thing:
    def method(self, x):
        pass


print(inspect.signature(function), inspect.getdoc(function), inspect.isfunction(function))
print(inspect.signature(Thing.method), [name for name, _ in inspect.getmembers(Thing, inspect.isfunction)])
print(inspect.signature(len), inspect.getmodule(function).__name__)
