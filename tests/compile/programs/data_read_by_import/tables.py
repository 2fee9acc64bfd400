import csv
from pathlib import Path

with open(Path(__file__).with_name("rows.csv"), newline="", encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


def by_name(name):
    return next(row for row in ROWS if row["name"] == name)
