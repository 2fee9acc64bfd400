import builtins

COUNT = builtins.COUNT = getattr(builtins, "COUNT", 0) + 1
