import os, sys

DEBUG = os.environ.get("TAIPAN_TEST_DEBUG", "unset")
ARGUMENTS = sys.argv[1:]
FILE = os.path.exists("/nonexistent")
