import collections, datetime, enum, functools, json, pathlib, re, string, types, weakref


class Color(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


@functools.lru_cache(maxsize=None)
def cached(*key):
    return len(key)


PATHS = {pathlib.PurePath("a/b"): 1, pathlib.PurePath("c"): 2}
print(PATHS[pathlib.PurePath("a") / "b"], Color("red") is Color.RED, {Color.RED: 1}["red"], cached("a", "b"), cached("a", "b"))
print("json.decoder" in __import__("sys").modules, json.loads('{"a": {"b": [1]}}')["a"]["b"], re.sub(r"(?P<x>a+)", r"<\g<x>>", "caab"))
ordered = collections.OrderedDict.fromkeys("hash")
ordered.move_to_end("h")
print(list(ordered), ordered.popitem(), {datetime.date(2020, 1, 1): "day"}[datetime.date(2020, 1, 1)])
print(frozenset({"x", ("y", 1)}) in {frozenset({("y", 1), "x"})}, "abc" in {"abc", "abd"}, types.MappingProxyType({"k": 1})["k"])
namespace = types.SimpleNamespace(**{letter: index for index, letter in enumerate(string.ascii_lowercase)})
print(namespace.z, getattr(namespace, "m"), vars(namespace)["q"], weakref.WeakValueDictionary({"c": Color}).get("c") is Color)
