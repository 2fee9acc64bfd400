# SPDX-License-Identifier: Apache-2.0
"""What compile_page.test.ts looks at: the first argument says what to do."""

import os
import sys
import time


def arguments():
    print(*sys.argv[2:], sep="|")
    print(os.environ.get("MODE"), os.environ["PWD"])
    sys.exit(3)


def asks():
    print("hello", input("who? "))
    print(sorted(sys.stdin))


def asks_often():
    print([input(), input(), input()])


def computes():
    print("on")
    while True:
        pass


def waits():
    input("on")


def sleeps():
    print("on")
    while True:
        time.sleep(10)


def floods():
    while True:
        print("on and " * 20)


def naps():
    start = time.monotonic()
    time.sleep(0.4)
    print(0.39 <= time.monotonic() - start < 5)


def draws():
    print("\x1b[1;31mred\x1b[0m")
    for percent in range(0, 101, 50):
        print(f"\r{percent}%", end="")
    print()
    print("bad", file=sys.stderr)


def keeps_files():
    with open("notes.txt", "a") as file:
        file.write("x")
    print(os.getcwd(), os.path.getsize("/notes.txt"), sorted(os.listdir("/")))


def naps_and_reads():
    time.sleep(0.05)
    print(repr(sys.stdin.read()))


globals()[sys.argv[1]]()
