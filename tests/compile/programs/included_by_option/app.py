name = "".join(["te", "xtwrap"])
print(__import__(name).shorten("a b c", 3))
