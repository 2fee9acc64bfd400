# SPDX-License-Identifier: Apache-2.0
"""Regular expressions: findall, sub with a function, split and backtracking over generated text."""

import re

DEFAULT = 160

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
DOUBLED = re.compile(r"\b(\w+)\s+\1\b", re.IGNORECASE)
KEY_VALUE = re.compile(r"(\w+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s;]+)")
LAZY = re.compile(r"<(\w+)>(.*?)</\1>")
WORDS = ("snake", "river", "the", "Stone", "cloud", "seven", "blue", "quick", "über", "night")


def make_text(lines):
    parts = []
    for i in range(lines):
        words = " ".join(WORDS[(i * 7 + j * j) % len(WORDS)] for j in range(12))
        parts.append(
            f"{words} user{i}.name+tag@mail{i % 9}.example.org 20{i % 100:02}-{i % 12 + 1:02}-{i % 28 + 1:02} "
            f"<b>{i}</b><i>x{words[:9]}</i> key{i} = \"value {i}\"; other=plain;"
        )
    return "\n".join(parts)


def swap_date(match):
    return f"{match['day']}/{match['month']}/{match['year']}"


def run(n):
    text = make_text(60)
    total = 0
    for i in range(n):
        total += sum(map(len, EMAIL.findall(text)))
        total += len(DATE.sub(swap_date, text))
        total += sum(m.start() for m in DOUBLED.finditer(text))
        total += sum(len(value) for _, value in KEY_VALUE.findall(text))
        total += sum(len(inner) for _, inner in LAZY.findall(text))
        total += len(re.split(r"[\s;<>/]+", text)) + i
    return total
