"""Made when the program is compiled, used when it runs."""

import collections
import dataclasses
import datetime
import functools
import pathlib


class Key:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return self.name == other.name

    def __hash__(self):
        return hash(self.name)


@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str


@functools.lru_cache(maxsize=4)
def squared(text):
    return text * 2


BY_KEY = {Key(name): name for name in ("one", "two", "three")}
BY_TUPLE = {("a", 1): 1, ("b", ("c", 2.5)): 2}
BY_FROZEN = {Frozen("x"): 1, frozenset({"p", "q"}): 2, b"bytes": 3, pathlib.PurePath("p/q"): 4}
BY_DATE = {datetime.date(2024, 5, 6): 1, datetime.timedelta(days=2): 2, datetime.datetime(2024, 5, 6, 7): 3}
NAMES = {"alpha", "beta", Key("gamma")}
ORDERED = collections.OrderedDict((Key(letter), letter) for letter in "xyz")
CHAIN = collections.ChainMap({"a": 1}, {"b": 2})
for text in "abcdef":
    squared(text)


def check():
    print([BY_KEY[Key(name)] for name in ("one", "two", "three")], BY_TUPLE[("b", ("c", 2.5))], BY_TUPLE["a", 1])
    print(BY_FROZEN[Frozen("x")], BY_FROZEN[frozenset({"q", "p"})], BY_FROZEN[b"bytes"], BY_FROZEN[pathlib.PurePath("p/q")])
    print(BY_DATE[datetime.date(2024, 5, 6)], BY_DATE[datetime.timedelta(2)], BY_DATE[datetime.datetime(2024, 5, 6, 7)])
    print("alpha" in NAMES, Key("gamma") in NAMES, "gamma" in NAMES, len(NAMES | {"alpha", "delta"}))
    ORDERED.move_to_end(Key("x"))
    print(ORDERED.popitem()[1], list(ORDERED.values()), ORDERED.pop(Key("y")), CHAIN["b"])
    print(squared("f"), squared("a"), squared("f"), squared.cache_info())
