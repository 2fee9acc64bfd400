# SPDX-License-Identifier: Apache-2.0
"""Method calls: plain, inherited, super(), class, static, property, __call__ and bound methods."""

DEFAULT = 220_000


class Shape:
    count = 0

    def __init__(self, size):
        self.size = size

    def area(self):
        return self.size

    def scaled(self, factor):
        return self.area() * factor

    @classmethod
    def bump(cls):
        cls.count += 1
        return cls.count

    @staticmethod
    def clamp(value):
        return value & 0xFFFF

    @property
    def double(self):
        return self.size * 2

    def __call__(self, value):
        return value + self.size


class Square(Shape):
    def area(self):
        return self.size * self.size


class Cube(Square):
    def area(self):
        return super().area() * 6


def run(n):
    shapes = [Shape(3), Square(5), Cube(7)]
    bound = shapes[2].scaled
    Shape.count = Square.count = Cube.count = 0
    total = 0
    for i in range(n):
        shape = shapes[i % 3]
        total += shape.scaled(2)
        total += shape.double
        total += shape.bump()
        total += shape(i)
        total += bound(1)
        total = shape.clamp(total)
    return total
