import sys

from . import part
from .part import value

print(__name__, __package__, __spec__.name, __spec__.parent, value(), part.__name__, sys.argv[1:])
