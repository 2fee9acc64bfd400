import contextlib, contextvars, itertools

variable = contextvars.ContextVar("variable", default="default")


@contextlib.contextmanager
def changed(value):
    token = variable.set(value)
    try:
        yield variable.get()
    finally:
        variable.reset(token)


with changed("inner") as value, contextlib.suppress(KeyError):
    print(value, variable.get())
    {}["nothing"]
print(variable.get(), list(itertools.islice(itertools.accumulate(itertools.count(1)), 5)))
context = contextvars.copy_context()
print(context.run(lambda: variable.set("other") and variable.get()), variable.get())
