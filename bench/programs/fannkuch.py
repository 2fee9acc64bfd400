# SPDX-License-Identifier: Apache-2.0
"""Fannkuch: pancake flips over all permutations; list slicing and small-integer indexing."""

DEFAULT = 9


def fannkuch(size):
    permutation = list(range(size))
    counts = [0] * size
    checksum = 0
    most_flips = 0
    remaining = size
    even = True
    while True:
        while remaining > 1:
            counts[remaining - 1] = remaining
            remaining -= 1
        first = permutation[0]
        if first:
            flips = count_flips(permutation[:])
            most_flips = max(most_flips, flips)
            checksum += flips if even else -flips
        even = not even
        while True:
            if remaining == size:
                return checksum, most_flips
            permutation.insert(remaining, permutation.pop(0))
            counts[remaining] -= 1
            if counts[remaining] > 0:
                break
            remaining += 1


def count_flips(pancakes):
    flips = 0
    top = pancakes[0]
    while top:
        pancakes[:top + 1] = pancakes[top::-1]
        flips += 1
        top = pancakes[0]
    return flips


def run(n):
    checksum, most_flips = fannkuch(n)
    return f"{checksum},{most_flips}"
