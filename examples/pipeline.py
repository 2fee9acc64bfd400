"""Three processes in a row, as in a shell: one makes text, one chooses lines of it, one counts them.

    taipan run examples/pipeline.py examples/poem.txt
"""

import collections
import subprocess
import sys


def words(name):
    """First in the row: the words of a file, a line each."""
    with open(name, encoding="utf-8") as file:
        for line in file:
            for word in line.split():
                print(word.strip(".,;:!?'\"()—-").lower())


def long_ones(least):
    """Passes on what is long enough."""
    for line in sys.stdin:
        if len(line.strip()) >= int(least):
            print(line, end="")


def count():
    """Last in the row: how often each line comes."""
    for word, times in collections.Counter(line.strip() for line in sys.stdin).most_common(5):
        print(f"{times:4}  {word}")


def start(*arguments, stdin=None, stdout=None):
    return subprocess.Popen([sys.executable, __file__, *arguments], stdin=stdin, stdout=stdout)


def main(name):
    first = start("words", name, stdout=subprocess.PIPE)
    second = start("long_ones", "4", stdin=first.stdout, stdout=subprocess.PIPE)
    third = start("count", stdin=second.stdout)
    # These are theirs now; while they are open here too, nobody would hear of an end.
    first.stdout.close()
    second.stdout.close()
    codes = [process.wait() for process in (first, second, third)]
    print("all went well" if not any(codes) else f"exit codes: {codes}")


if __name__ == "__main__":
    parts = {"words": words, "long_ones": long_ones, "count": count}
    command, *arguments = sys.argv[1:]
    if command in parts:
        parts[command](*arguments)
    else:
        main(command)
