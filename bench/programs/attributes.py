# SPDX-License-Identifier: Apache-2.0
"""Attribute access: instance dicts, slots, class attributes, __getattr__, descriptors, getattr and setattr."""

DEFAULT = 350_000


class Plain:
    step = 3

    def __init__(self):
        self.a, self.b, self.c = 1, 2, 3


class Slotted:
    __slots__ = ("a", "b", "c")

    def __init__(self):
        self.a, self.b, self.c = 1, 2, 3


class Fallback:
    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Bounded:
    """A data descriptor that wraps its value."""

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return instance.__dict__.get(self.name, 0)

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value % 1009


class Meter:
    level = Bounded()


def run(n):
    plain, slotted, meter = Plain(), Slotted(), Meter()
    fallback = Fallback(slotted)
    names = ("a", "b", "c")
    for i in range(n):
        plain.a += plain.step
        plain.b = plain.a ^ plain.c
        plain.c = plain.b & 0xFF
        slotted.a += slotted.b
        slotted.b = slotted.c + 1
        slotted.c = slotted.a & 0xFF
        meter.level = meter.level + fallback.c
        name = names[i % 3]
        setattr(plain, name, getattr(plain, name) + 1)
        if hasattr(plain, "missing"):
            raise AssertionError(name)
    return f"{plain.a},{plain.b},{plain.c},{slotted.a},{slotted.b},{meter.level}"
