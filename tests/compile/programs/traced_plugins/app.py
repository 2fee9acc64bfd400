import importlib
import sys

for name in sys.argv[1:]:
    print(importlib.import_module("plugins." + name).describe())
