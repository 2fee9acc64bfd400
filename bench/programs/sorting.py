# SPDX-License-Identifier: Apache-2.0
"""Sorting: with and without keys, key functions in Python, comparison methods, stability, bisect and groupby."""

from bisect import bisect_left
from functools import cmp_to_key
from itertools import groupby
from operator import attrgetter, itemgetter
import random

DEFAULT = 18


class Version:
    def __init__(self, major, minor):
        self.major = major
        self.minor = minor

    def __lt__(self, other):
        return (self.major, self.minor) < (other.major, other.minor)


def compare_by_digits(a, b):
    left, right = a % 1000, b % 1000
    return (left > right) - (left < right)


def quicksort(values):
    if len(values) < 2:
        return values
    pivot = values[len(values) // 2]
    return (
        quicksort([v for v in values if v < pivot])
        + [v for v in values if v == pivot]
        + quicksort([v for v in values if v > pivot])
    )


def run(n):
    rng = random.Random(77)
    checksum = 0
    for _ in range(n):
        numbers = [int(rng.random() * 100_000) for _ in range(3000)]
        records = [(v % 17, str(v), v) for v in numbers]
        versions = [Version(v % 10, v) for v in numbers[:800]]
        by_text = sorted(records, key=lambda record: record[1])
        by_group = sorted(by_text, key=itemgetter(0), reverse=True)
        checksum += sum(i * len(list(rows)) for i, (_, rows) in enumerate(groupby(by_group, key=itemgetter(0))))
        versions.sort()
        versions.sort(key=attrgetter("minor"))
        checksum += versions[400].minor + by_group[1500][2]
        numbers.sort(key=cmp_to_key(compare_by_digits))
        checksum += numbers[1000]
        ordered = quicksort(numbers)
        assert ordered == sorted(numbers)
        checksum += sum(bisect_left(ordered, probe) for probe in range(0, 100_000, 200))
    return checksum
