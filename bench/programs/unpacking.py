# SPDX-License-Identifier: Apache-2.0
"""Unpacking: tuples, lists, starred targets, swaps, nested targets, argument unpacking and match statements."""

DEFAULT = 180_000


def rotate(a, b, c):
    return b, c, a


def total_of(*values, scale=1, **named):
    return (sum(values) + sum(named.values())) * scale


def describe(shape):
    match shape:
        case (0, _):
            return 0
        case ("circle", radius):
            return radius * 3
        case ("box", width, height) if width > height:
            return width * height
        case ("box", *sides):
            return sum(sides)
        case {"kind": kind, "size": size}:
            return len(kind) + size
    return -1


def run(n):
    a, b, c = 1, 2, 3
    total = 0
    options = {"scale": 2, "extra": 5}
    for i in range(n):
        a, b, c = rotate(a, b, c)
        a, b = b, a
        first, *middle, last = [a, b, c, i]
        (left, (inner, _)), right = (first, (last, middle)), c
        total += left + inner + right + len(middle)
        total += total_of(*middle, **options)
        pair = [*middle, *(a, i)]
        total += pair[-1]
        shape = (("circle", i), ("box", i, 40), (0, i), {"kind": "dot", "size": i}, ["box", 1, 2])[i % 5]
        total += describe(shape)
    return total
