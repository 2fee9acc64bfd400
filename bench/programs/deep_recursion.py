# SPDX-License-Identifier: Apache-2.0
"""Deep recursion: Python-to-Python calls many hundred frames deep, and wide call trees; within the default limit."""

DEFAULT = 100


def descend(depth):
    return 0 if depth == 0 else 1 + descend(depth - 1)


def is_even(number):
    return True if number == 0 else is_odd(number - 1)


def is_odd(number):
    return False if number == 0 else is_even(number - 1)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def nest(depth):
    return [] if depth == 0 else [nest(depth - 1), depth]


def flatten(tree):
    return sum(flatten(item) if isinstance(item, list) else item for item in tree)


def run(n):
    checksum = 0
    for i in range(n):
        checksum += sum(descend(depth) for depth in range(0, 800, 16))
        checksum += is_even(700 + i)
        checksum += ackermann(2, 40)
        checksum += fibonacci(17)
        checksum += tak(12, 7, 3)
        checksum += flatten(nest(200))
    return checksum
