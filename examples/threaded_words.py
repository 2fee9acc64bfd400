"""Counts the words of files, a file to each of a few threads, and shows how far it is.

    taipan run examples/threaded_words.py examples/poem.txt examples/word_count.py
"""

import collections
import queue
import re
import sys
import threading

WORKERS = 3


def count_words(files, counts, lock):
    while (name := files.get()) is not None:
        with open(name, encoding="utf-8") as file:
            words = collections.Counter(re.findall(r"\w+", file.read().lower()))
        with lock:
            counts.update(words)
            print(f"{counts.total()} words so far", file=sys.stderr)


def main(names):
    files, counts, lock = queue.Queue(), collections.Counter(), threading.Lock()
    workers = [threading.Thread(target=count_words, args=(files, counts, lock)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for name in [*names, *[None] * WORKERS]:
        files.put(name)
    for worker in workers:
        worker.join()
    print(f"{counts.total()} words in {len(names)} files, {len(counts)} different ones")
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]:
        print(f"{count:4}  {word}")


if __name__ == "__main__":
    main(sys.argv[1:])
