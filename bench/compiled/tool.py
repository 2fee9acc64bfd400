"""A tool on the command line, as there are many."""

import argparse
import dataclasses
import json
import pathlib
import re


@dataclasses.dataclass
class Row:
    name: str
    vowels: int


def main():
    parser = argparse.ArgumentParser(description="counts vowels in names of files")
    parser.add_argument("names", nargs="*", default=["poem.txt", "word_count.py"])
    parser.add_argument("--pretty", action="store_true")
    arguments = parser.parse_args()
    rows = [Row(pathlib.Path(name).stem, len(re.findall("[aeiou]", name))) for name in arguments.names]
    print(json.dumps([dataclasses.asdict(row) for row in rows], indent=1 if arguments.pretty else None))


main()
