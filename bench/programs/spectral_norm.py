# SPDX-License-Identifier: Apache-2.0
"""Spectral norm: the largest singular value of an infinite matrix; calls in inner loops, integer and float mixed."""

from math import sqrt

DEFAULT = 200


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    size = len(vector)
    return [sum(element(i, j) * vector[j] for j in range(size)) for i in range(size)]


def transposed_times(vector):
    size = len(vector)
    result = []
    for i in range(size):
        total = 0.0
        for j, value in enumerate(vector):
            total += element(j, i) * value
        result.append(total)
    return result


def run(n):
    u = [1.0] * n
    v = u
    for _ in range(10):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    dot = sum(a * b for a, b in zip(u, v))
    norm = sum(b * b for b in v)
    return f"{sqrt(dot / norm):.9f}"
