def f():
    raise KeyError("no")


f()
