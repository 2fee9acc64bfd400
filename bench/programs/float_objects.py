# SPDX-License-Identifier: Apache-2.0
"""Float objects: many small objects with slots, built, normalised and compared; allocation and math calls."""

from math import cos, sin, sqrt

DEFAULT = 300_000


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        sine = sin(i)
        self.x = sine
        self.y = cos(i) * 3
        self.z = sine * sine / 2

    def normalize(self):
        norm = sqrt(self.x * self.x + self.y * self.y + self.z * self.z)
        self.x /= norm
        self.y /= norm
        self.z /= norm

    def maximize(self, other):
        self.x = max(self.x, other.x)
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def run(n):
    points = [Point(i * 0.5) for i in range(n)]
    for point in points:
        point.normalize()
    best, *others = points
    for point in others:
        best = best.maximize(point)
    # nine digits: the last bits of sin and cos belong to each platform's libm
    return f"{best.x:.9f},{best.y:.9f},{best.z:.9f}"
