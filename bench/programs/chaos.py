# SPDX-License-Identifier: Apache-2.0
"""Chaos game: random affine maps along a B-spline; vector objects with operator methods, float arithmetic."""

import random

DEFAULT = 17_000

WIDTH = HEIGHT = 128


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def squared_length(self):
        return self.x * self.x + self.y * self.y


def lerp(start, end, t):
    return start + (end - start) * t


class Spline:
    """A clamped B-spline evaluated by de Boor's recurrence."""

    def __init__(self, points, degree):
        self.points = points
        self.degree = degree
        inner = len(points) - degree
        self.knots = [0] * degree + list(range(inner + 1)) + [inner] * degree

    def domain(self):
        return self.knots[self.degree], self.knots[-self.degree - 1]

    def span(self, u):
        last = len(self.points) - 1
        for index in range(self.degree, last):
            if self.knots[index] <= u < self.knots[index + 1]:
                return index
        return last

    def __call__(self, u):
        span = self.span(u)
        work = [self.points[span - self.degree + i] for i in range(self.degree + 1)]
        for level in range(1, self.degree + 1):
            for i in range(self.degree, level - 1, -1):
                left = self.knots[span - self.degree + i]
                right = self.knots[span + i - level + 1]
                work[i] = lerp(work[i - 1], work[i], (u - left) / (right - left))
        return work[self.degree]


class Game:
    def __init__(self, splines, thickness, seed):
        self.splines = splines
        self.thickness = thickness
        self.random = random.Random(seed)

    def step(self, point):
        spline = self.splines[int(self.random.random() * len(self.splines))]
        low, high = spline.domain()
        u = low + (high - low) * point.x
        here = spline(u)
        before, after = max(low, u - 1e-3), min(high, u + 1e-3)
        slope = spline(after) - spline(before)
        if slope.squared_length() == 0.0:
            return here
        side = Vector(-slope.y, slope.x) * (self.thickness * (point.y - 0.5) / (after - before))
        moved = here + side
        return Vector(min(max(moved.x, 0.0), 1.0), min(max(moved.y, 0.0), 1.0))


SHAPES = (
    ((0.1, 0.1), (0.3, 0.9), (0.5, 0.4), (0.7, 0.8), (0.9, 0.2)),
    ((0.9, 0.9), (0.6, 0.7), (0.2, 0.8), (0.1, 0.5)),
    ((0.2, 0.2), (0.5, 0.1), (0.8, 0.4), (0.6, 0.6), (0.4, 0.5), (0.3, 0.7)),
)


def run(n):
    splines = [Spline([Vector(x, y) for x, y in shape], 3) for shape in SHAPES]
    game = Game(splines, 0.05, 1234)
    image = [[0] * WIDTH for _ in range(HEIGHT)]
    point = Vector(0.5, 0.5)
    for _ in range(n):
        point = game.step(point)
        image[int(point.y * (HEIGHT - 1))][int(point.x * (WIDTH - 1))] += 1
    return sum((x + 1) * (y + 3) * hits for y, row in enumerate(image) for x, hits in enumerate(row))
