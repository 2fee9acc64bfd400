"""Classes whose methods the library writes and compiles: most of them can be foreseen, some not as they seem."""

import collections
import dataclasses
import inspect
import pickle
import traceback
from collections import namedtuple
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar, NamedTuple

Point = namedtuple("Point", "x y")
Named = collections.namedtuple("Named", ["a", "b"], defaults=[1])
Renamed = namedtuple("Renamed", ("a", "class", "a"), rename=True)
computed = namedtuple("computed", "x y".split())


class Typed(NamedTuple):
    a: int
    b: str = "x"

    def both(self):
        return self.b * self.a


@dataclass(frozen=True, order=True)
class Frozen:
    x: int
    shared: ClassVar[int] = 3
    tags: list = field(default_factory=list, repr=False, compare=False)
    given: "InitVar[int]" = 4

    def __post_init__(self, given):
        self.tags.append(given)


@dataclass(kw_only=True, slots=True)
class Slotted:
    a: int
    b: int = 3


@dataclass
class Mixed:
    first: int
    _: KW_ONLY
    last: int = 1


@dataclass(frozen=True)
class Derived(Frozen):
    more: int = 1

    def __repr__(self):
        return f"Derived {self.more}"


def plain(cls):
    return cls


if plain(True):
    namedtuple = plain(lambda name, fields: (name, fields))

Elsewhere = namedtuple("Elsewhere", "a b")


def dataclass(cls):
    cls.mark = 1
    return cls


@dataclass
class NotOne:
    a: int = 1


def local(name):
    @dataclasses.dataclass
    class Local:
        a: int
        b: str = name
    return Local(1)


print(Point(1, 2), Named(1), Renamed(1, 2, 3), computed(3, 4), Typed(2), Typed(2).both(), Elsewhere)
print(Frozen(1), Frozen(1).tags, Frozen(1) < Frozen(2), hash(Frozen(1)) == hash(Frozen(1)), Frozen.shared)
print(Slotted(a=1), Slotted.__slots__, Mixed(1, last=2), Derived(2), Derived(2) == Derived(2), NotOne.mark, local("b"))
print(inspect.signature(Frozen), Frozen.__init__.__qualname__, Frozen.__init__.__code__.co_filename)
print(pickle.loads(pickle.dumps([Frozen(5), Point(6, 7), Typed(8)])))
for attempt in (lambda: setattr(Frozen(1), "x", 2), lambda: Mixed(1, 2), lambda: Point(1), lambda: Slotted()):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error, [frame.name for frame in traceback.extract_tb(error.__traceback__)])
print(dataclasses.asdict(Frozen(1)), dataclasses.replace(Mixed(1), first=2), dataclasses.fields(Derived)[-1].name)
again = type("Again", (), {"__annotations__": {"a": int}})
print(dataclasses.dataclass(again)(3), dataclasses.make_dataclass("Made", ["a", ("b", int, 2)])(1))
