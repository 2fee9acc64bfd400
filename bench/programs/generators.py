# SPDX-License-Identifier: Apache-2.0
"""Generators: recursive tree walks with yield from, pipelines of generator expressions, and send()."""

DEFAULT = 56


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def make_tree(low, high):
    if low == high:
        return None
    middle = (low + high) // 2
    return Tree(make_tree(low, middle), middle, make_tree(middle + 1, high))


def pairs(values):
    values = iter(values)
    for first in values:
        yield first, next(values, 0)


def running_mean():
    total, count, mean = 0, 0, 0
    while True:
        total += yield mean
        count += 1
        mean = total // count


def run(n):
    tree = make_tree(0, 10_000)
    checksum = 0
    for _ in range(n):
        squares = (value * value for value in tree)
        odd = (value for value in squares if value & 1)
        mean = running_mean()
        next(mean)
        for first, second in pairs(odd):
            checksum = (checksum + mean.send(first ^ second)) % 1_000_000_007
    return checksum
