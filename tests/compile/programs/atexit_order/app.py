import atexit, sys

atexit.register(print, "registered first, runs last")


@atexit.register
def second():
    print("runs before", file=sys.stderr)
    print("and may print")


print("main")
raise SystemExit(4)
