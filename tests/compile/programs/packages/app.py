import importlib
from package import *
from package.inner import deep
from space.part import WHERE

print(one.VALUE, deep(), WHERE, importlib.import_module("plugin").NAME, __name__, __import__("second").NAME)
