# SPDX-License-Identifier: Apache-2.0
"""What programs begin with that look like this one: runs inside a compiled program (bundle/snapshot.py).

An engine that knows which functions will be called first compiles them all at once, instead of one by one when they are
called. Which these are is seen here; nothing of it stays in the program. Functions that are compiled for nothing cost
as much as others, so what the program does not have in its code is not rehearsed.
"""

import sys

# cpython/tools/module_graph puts here what the program's own code imports, and which names, instructions and
# operators are in it; and in make_classes() what makes classes like those that its main module makes at once.
IMPORTED = frozenset()
MENTIONED = frozenset()
CLASSES = []


def make_classes():
    return []


def mentions(*names):
    return not MENTIONED.isdisjoint(names)


def use_argparse(module):
    parser = module.ArgumentParser(prog="rehearsal", description="what programs begin with")
    parser.add_argument("names", nargs="*", type=int)
    parser.add_argument("-v", "--verbose", action="store_true", help="say more")
    parser.add_argument("--count", default=1, type=int, choices=range(3))
    parser.parse_args(["1", "2", "-v", "--count", "2"])


def use_asyncio(module):
    if not mentions("run", "run_until_complete", "Runner"):
        return

    async def work():
        await module.sleep(0)
        return await module.gather(module.sleep(0, 1), module.sleep(0, 2))
    module.run(work())


def use_collections(module):
    if mentions("Counter"):
        module.Counter("rehearsal").most_common(2)
    if mentions("OrderedDict"):
        module.OrderedDict(a=1).popitem()
    if mentions("defaultdict"):
        module.defaultdict(list)["a"].append(1)
    if mentions("deque"):
        module.deque([1, 2], 3).popleft()


def use_dataclasses(module):
    """With classes like the program's own: what the others need of a compiler, these do not."""
    for one in CLASSES:
        if module.is_dataclass(one):
            row = one(*[1 for field in module.fields(one) if field.init and not field.kw_only])
            for use in (module.asdict, module.astuple, module.replace):
                if mentions(use.__name__):
                    use(row)


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
    if mentions("dump", "dumps"):
        module.dumps({"a": [1, None, True, "\u00e4"], "b": {"c": "d"}}, indent=1), module.dumps([1, "a"])
    if mentions("load", "loads"):
        module.loads('{"a": [1, 2.5, null, true, "\u00e4"], "b": {"c": "d"}}')


def use_logging(module):
    if mentions("basicConfig"):
        module.basicConfig(level=module.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
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
        for method, arguments in (("findall", ("key = value 2025",)), ("sub", ("-", "a b c")), ("match", ("key = 1",)),
                                  ("search", ("a key = 1",)), ("split", ("a b",))):
            if mentions(method):
                getattr(expression, method)(*arguments)


def use_sqlite3(module):
    database = module.connect(":memory:")
    database.execute("create table t (a integer primary key, b text)")
    database.executemany("insert into t values (?, ?)", [(1, "a"), (2, "b")])
    database.commit()
    database.execute("select b, count(*) from t where a > ? group by b order by b", (0,)).fetchall()
    database.close()


def speak_of_classes():
    class Shape:
        sides = 0

        def __init__(self, name):
            self.name = name

    class Square(Shape):
        sides = 4

        def __init__(self):
            super().__init__("square")

    print(Square().sides, Square().name)


def speak_of_properties():
    class Shape:
        @property
        def title(self):
            return "shape"

    print(Shape().title)


def speak_of_exceptions():
    try:
        {}["missing"]
    except KeyError as error:
        print(str(error))


def speak_of_formats():
    name, number = "square", 4
    print(f"{name:>10} {number!r} {3.14159:.2f} {1_000_000:,}")


def speak_of_text():
    print(f"{'square'} {4}")


def speak_of_percents():
    print("%s-%05d" % ("a", 7))


def speak_of_numbers():
    numbers = [number * 2 - 1 for number in range(20) if number % 3]
    print(sum(numbers), max(numbers), numbers[1] // 2)


def speak_of_fractions():
    print(1 / 4, 2.5 * 2)


def speak_of_powers():
    print(2 ** 10, 2.5 ** 2)


def speak_of_order():
    words = {word: len(word) for word in ("one", "three", "two")}
    print(sorted(words.items(), key=lambda pair: (-pair[1], pair[0])), sorted(words))


def speak_of_words():
    print("a,b".split(","), "-".join(["a", "b"]), "a b".replace("a", "b"), " a ".strip())


def speak_of_bytes():
    print("\u00e4\u20ac".encode().decode())


def speak_of_loops():
    for number, letter in enumerate("ab"):
        print(number, letter, sep="|", end="\n")


def speak_of_sets():
    print({1, 2} | {2, 3}, 2 in {1, 2})


# What of the language is rehearsed, and which of these are signs of it in the program's code.
LANGUAGE = {
    speak_of_bytes: ("encode", "decode"),
    speak_of_classes: ("LOAD_BUILD_CLASS",),
    speak_of_exceptions: ("PUSH_EXC_INFO",),
    speak_of_formats: ("FORMAT_WITH_SPEC", "format"),
    speak_of_fractions: ("/", "float", "time", "perf_counter"),
    speak_of_loops: ("enumerate",),
    speak_of_numbers: ("*", "-", "//", "%", "sum", "max", "min", "range"),
    speak_of_order: ("sorted", "sort"),
    speak_of_percents: ("%",),
    speak_of_powers: ("**",),
    speak_of_properties: ("property",),
    speak_of_sets: ("BUILD_SET", "SET_ADD", "set", "|", "&"),
    speak_of_text: ("FORMAT_SIMPLE",),
    speak_of_words: ("split", "join", "replace", "strip"),
}


def rehearse():
    try:
        CLASSES.extend(make_classes())
    except Exception:
        pass  # what they need is not imported yet
    for name, use in list(globals().items()):
        module = name.removeprefix("use_")
        if module in IMPORTED and module in sys.modules and name.startswith("use_"):
            try:
                use(sys.modules[module])
            except Exception:
                pass  # the host has no files and no sockets
    for speak, signs in LANGUAGE.items():
        if mentions(*signs):
            speak()
    print("rehearsed")


rehearse()
