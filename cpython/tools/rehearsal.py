# SPDX-License-Identifier: Apache-2.0
"""What programs begin with, for each module that they may have: runs inside a compiled program (bundle/snapshot.py).

An engine that knows which functions will be called first compiles them all at once, instead of one by one when they are
called. Which these are is seen here; nothing of it stays in the program.
"""

import sys


def use_argparse(module):
    parser = module.ArgumentParser(prog="rehearsal", description="what programs begin with")
    parser.add_argument("names", nargs="*", type=int)
    parser.add_argument("-v", "--verbose", action="store_true", help="say more")
    parser.add_argument("--count", default=1, type=int, choices=range(3))
    parser.parse_args(["1", "2", "-v", "--count", "2"])


def use_asyncio(module):
    async def work():
        await module.sleep(0)
        return await module.gather(module.sleep(0, 1), module.sleep(0, 2))
    module.run(work())


def use_collections(module):
    module.Counter("rehearsal").most_common(2)
    module.OrderedDict(a=1).popitem()
    module.defaultdict(list)["a"].append(1)
    module.namedtuple("Point", "x y")(1, 2)


def use_dataclasses(module):
    class Row:
        name: str
        size: int = 0
        tags: list = module.field(default_factory=list)
    row = module.dataclass(Row)("a", 1)
    module.asdict(row), repr(row), row == module.replace(row, size=2)


def use_datetime(module):
    now = module.datetime(2025, 1, 2, 3, 4, 5, tzinfo=module.timezone.utc) + module.timedelta(days=1)
    now.isoformat(), now.strftime("%Y-%m-%d"), module.datetime.fromisoformat("2025-01-02")


def use_enum(module):
    class Color(module.Enum):
        RED = 1
        BLUE = "b"
    Color(1), Color["BLUE"].name, list(Color)


def use_hashlib(module):
    module.sha256(b"rehearsal").hexdigest()


def use_json(module):
    text = module.dumps({"a": [1, 2.5, None, True, "\u00e4"], "b": {"c": "d"}}, indent=1, sort_keys=True)
    module.loads(text), module.dumps([1, "a"])


def use_logging(module):
    log = module.getLogger("rehearsal")
    log.addHandler(module.StreamHandler(sys.stdout))
    log.setLevel(module.INFO)
    log.info("%s %d", "a", 1)


def use_pathlib(module):
    path = module.Path("a") / "b.txt"
    path.name, path.suffix, path.parent, str(path.with_suffix(".md")), path.exists()


def use_random(module):
    module.random(), module.randint(1, 6), module.choice("abc"), module.shuffle([1, 2, 3])


def use_re(module):
    for pattern in (r"[aeiou]+", r"(?P<key>\w+)\s*=\s*(.*?)$", r"^\d{2,4}|[^a-z]*?x\b"):
        expression = module.compile(pattern, module.IGNORECASE)
        expression.findall("key = value 2025"), expression.sub("-", "a b c"), expression.match("key = 1")


def use_sqlite3(module):
    database = module.connect(":memory:")
    database.execute("create table t (a integer primary key, b text)")
    database.executemany("insert into t values (?, ?)", [(1, "a"), (2, "b")])
    database.commit()
    database.execute("select b, count(*) from t where a > ? group by b order by b", (0,)).fetchall()
    database.close()


class Shape:
    """Classes, their instances and what goes wrong with them."""

    sides = 0

    def __init__(self, name):
        self.name = name

    @property
    def title(self):
        return self.name.title()


class Square(Shape):
    sides = 4

    def __init__(self):
        super().__init__("square")


def use_language():
    square = Square()
    text = f"{square.title:>10} {square.sides!r} {3.14159:.2f} {1_000_000:,}"
    words = sorted({word: len(word) for word in text.split()}.items(), key=lambda pair: (-pair[1], pair[0]))
    numbers = [number ** 2 for number in range(20) if number % 3]
    print(text, words, sum(numbers), max(numbers), *enumerate("ab"), sep="|", end="\n")
    try:
        {}["missing"]
    except KeyError as error:
        print(str(error), "%s-%05d" % ("a", 7), "a,b".split(","), "-".join(["a", "b"]))
    print("\u00e4\u20ac".encode().decode())


def rehearse():
    for name, use in list(globals().items()):
        module = sys.modules.get(name.removeprefix("use_"))
        if name.startswith("use_") and module is not None:
            try:
                use(module)
            except Exception:
                pass  # the host has no files and no sockets
    use_language()


rehearse()
