# SPDX-License-Identifier: Apache-2.0
"""Ray tracer: spheres over a chequered floor with shadows and reflections; float objects and virtual calls.

Only sqrt is taken from libm, so the picture is the same bit for bit on every platform.
"""

from math import floor, sqrt

DEFAULT = 160

EPSILON = 1e-6
MAX_DEPTH = 3


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def normalized(self):
        return self.scaled(1.0 / sqrt(self.dot(self)))

    def reflected(self, normal):
        return self - normal.scaled(2 * self.dot(normal))


class Sphere:
    def __init__(self, centre, radius, color, mirror):
        self.centre = centre
        self.radius = radius
        self.color = color
        self.mirror = mirror

    def hit(self, origin, direction):
        to_centre = self.centre - origin
        along = to_centre.dot(direction)
        gap = self.radius * self.radius - (to_centre.dot(to_centre) - along * along)
        if gap < 0:
            return None
        near = along - sqrt(gap)
        return near if near > EPSILON else None

    def normal_at(self, point):
        return (point - self.centre).normalized()

    def color_at(self, point):
        return self.color


class Floor:
    mirror = 0.1
    normal = Vector(0.0, 1.0, 0.0)
    light_tile = Vector(0.9, 0.9, 0.8)
    dark_tile = Vector(0.2, 0.2, 0.3)

    def hit(self, origin, direction):
        if direction.y > -EPSILON:
            return None
        distance = -origin.y / direction.y
        return distance if distance > EPSILON else None

    def normal_at(self, point):
        return self.normal

    def color_at(self, point):
        return self.light_tile if (floor(point.x) + floor(point.z)) % 2 else self.dark_tile


class Scene:
    def __init__(self, things, light):
        self.things = things
        self.light = light

    def first_hit(self, origin, direction):
        nearest, found = None, None
        for thing in self.things:
            distance = thing.hit(origin, direction)
            if distance is not None and (nearest is None or distance < nearest):
                nearest, found = distance, thing
        return nearest, found

    def is_lit(self, point):
        to_light = self.light - point
        reach = sqrt(to_light.dot(to_light))
        direction = to_light.scaled(1.0 / reach)
        distance, _ = self.first_hit(point, direction)
        return direction if distance is None or distance > reach else None

    def trace(self, origin, direction, depth=0):
        distance, thing = self.first_hit(origin, direction)
        if thing is None:
            return Vector(0.3, 0.4, 0.6 + 0.4 * max(direction.y, 0.0))
        point = origin + direction.scaled(distance)
        normal = thing.normal_at(point)
        point = point + normal.scaled(EPSILON)
        to_light = self.is_lit(point)
        brightness = 0.2 + (0.8 * max(normal.dot(to_light), 0.0) if to_light else 0.0)
        color = thing.color_at(point).scaled(brightness)
        if thing.mirror and depth < MAX_DEPTH:
            reflection = self.trace(point, direction.reflected(normal), depth + 1)
            color = color.scaled(1 - thing.mirror) + reflection.scaled(thing.mirror)
        return color


def make_scene():
    spheres = [
        Sphere(Vector(1.5 * i - 3.0, 0.6 + 0.2 * (i % 3), 4.0 + (i * 7) % 5), 0.6 + 0.1 * (i % 2),
               Vector(0.2 * i, 1.0 - 0.2 * i, 0.5), 0.25 * (i % 3))
        for i in range(5)
    ]
    return Scene([*spheres, Floor()], Vector(-4.0, 8.0, -2.0))


def run(n):
    scene = make_scene()
    eye = Vector(0.0, 1.5, -3.0)
    checksum = 0
    for row in range(n):
        for column in range(n):
            direction = Vector((column - n / 2) / n, (n / 2 - row) / n, 1.0).normalized()
            color = scene.trace(eye, direction)
            for channel in (color.x, color.y, color.z):
                checksum = (checksum * 31 + int(255 * min(channel, 1.0))) % 1_000_000_007
    return checksum
