import sys


def depth(n):
    return n and 1 + depth(n - 1)


sys.setrecursionlimit(5000)
print(depth(4000))
try:
    depth(10000)
except RecursionError:
    print("too deep")
nested = []
for _ in range(100000):
    nested = [nested]
try:
    repr(nested)
except RecursionError:
    print("too deep to show")
