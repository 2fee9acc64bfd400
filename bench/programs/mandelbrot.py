# SPDX-License-Identifier: Apache-2.0
"""Mandelbrot: escape times over a grid; one tight loop of float (then complex) arithmetic and comparison."""

DEFAULT = 280


def escape_time(cr, ci, limit):
    zr = zi = 0.0
    for i in range(limit):
        rr, ii = zr * zr, zi * zi
        if rr + ii > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
    return limit


def complex_escape_time(c, limit):
    z = 0j
    for i in range(limit):
        z = z * z + c
        if z.real * z.real + z.imag * z.imag > 4.0:
            return i
    return limit


def run(n):
    total = 0
    for row in range(n):
        ci = 2.0 * row / n - 1.0
        for column in range(n):
            total += escape_time(3.0 * column / n - 2.0, ci, 100)
    for row in range(0, n, 2):
        for column in range(0, n, 2):
            total += complex_escape_time(complex(3.0 * column / n - 2.0, 2.0 * row / n - 1.0), 60)
    return total
