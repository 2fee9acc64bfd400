import importlib
from package import *
from package.inner import deep
from package.plain.leaf import NAME
from space.part import WHERE

print(one.VALUE, deep(), WHERE, importlib.import_module("plugin").NAME, __name__, __import__("second").NAME)
print(NAME, importlib.import_module('package.plain').__spec__.origin)
