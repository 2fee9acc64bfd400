import argparse, dataclasses, json, pathlib, re


@dataclasses.dataclass
class Row:
    name: str
    size: int


parser = argparse.ArgumentParser()
parser.add_argument("--number", type=int)
print(parser.parse_args().number, json.dumps(dataclasses.asdict(Row("a", 1))), re.findall("[a-z]+", "ab cd"))
print(pathlib.PurePath("a/b.txt").suffix, json.loads('{"x": [1.5, null]}'))
