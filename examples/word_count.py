"""Counts the words of a text: word_count.py FILE [HOW-MANY]."""

import re
import sys
from collections import Counter
from pathlib import Path


def count_words(text):
    return Counter(re.findall(r"[a-z']+", text.lower()))


def main(path, how_many="5"):
    counts = count_words(Path(path).read_text(encoding="utf-8"))
    print(f"{counts.total()} words, {len(counts)} different ones")
    for word, count in counts.most_common(int(how_many)):
        print(f"{count:4}  {word}")


main(*sys.argv[1:])
