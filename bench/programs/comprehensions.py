# SPDX-License-Identifier: Apache-2.0
"""Comprehensions: list, dict and set comprehensions, nested and filtered, over small records."""

DEFAULT = 110


def group(records):
    kinds = {kind for _, kind, _ in records}
    return {kind: [size for _, other, size in records if other == kind] for kind in sorted(kinds)}


def matrix_product(a, b):
    columns = [list(column) for column in zip(*b)]
    return [[sum([x * y for x, y in zip(row, column)]) for column in columns] for row in a]


def run(n):
    checksum = 0
    matrix = [[(i * j) % 11 for j in range(24)] for i in range(24)]
    for turn in range(n):
        records = [(i, i * 7 % 13, i * turn % 101) for i in range(3000) if i % 5]
        groups = group(records)
        sizes = {kind: sum(values) for kind, values in groups.items() if values}
        pairs = [(a, b) for a in groups for b in groups if a < b and sizes[a] > sizes[b]]
        matrix = [[value % 97 for value in row] for row in matrix_product(matrix, matrix)]
        checksum += len(pairs) + sum(sizes.values()) + sum([sum(row) for row in matrix])
    return checksum
