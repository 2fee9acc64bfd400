# SPDX-License-Identifier: Apache-2.0
"""Sieve: primes in a bytearray by slice assignment and by index, and their sums; C loops and plain while loops."""

DEFAULT = 1_200_000


def by_slices(limit):
    flags = bytearray([1]) * (limit + 1)
    flags[0] = flags[1] = 0
    for number in range(2, int(limit**0.5) + 1):
        if flags[number]:
            flags[number * number::number] = bytes(len(range(number * number, limit + 1, number)))
    return sum(i for i, flag in enumerate(flags) if flag)


def by_loops(limit):
    flags = bytearray(limit + 1)
    total = 0
    number = 2
    while number <= limit:
        if not flags[number]:
            total += number
            multiple = number * number
            while multiple <= limit:
                flags[multiple] = 1
                multiple += number
        number += 1
    return total


def run(n):
    total = by_slices(2 * n)
    assert by_loops(n) == by_slices(n)
    return total
