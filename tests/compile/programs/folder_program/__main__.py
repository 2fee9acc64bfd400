import sys

import helper

print(__name__, __spec__.name, repr(__package__), sys.argv[1:], helper.NAME)
sys.exit(4)
