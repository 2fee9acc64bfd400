import sys

print("noisy", end="")
print("to errors", file=sys.stderr)
NAME = "noisy"
