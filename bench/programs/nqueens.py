# SPDX-License-Identifier: Apache-2.0
"""N queens: all solutions by nested generators and sets."""

DEFAULT = 11


def place(size, row=0, columns=frozenset(), rising=frozenset(), falling=frozenset()):
    if row == size:
        yield ()
        return
    for column in range(size):
        up, down = row + column, row - column
        if column in columns or up in rising or down in falling:
            continue
        for rest in place(size, row + 1, columns | {column}, rising | {up}, falling | {down}):
            yield (column, *rest)


def run(n):
    count = 0
    weight = 0
    for size in range(4, n + 1):
        for solution in place(size):
            count += 1
            weight += sum(row * column for row, column in enumerate(solution))
    return f"{count},{weight}"
