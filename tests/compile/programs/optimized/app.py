"""Documentation."""

import sys

import helper

assert False, "not with -O"
print(__debug__, __doc__, helper.__doc__, helper.check(-1), sys.flags.optimize)
