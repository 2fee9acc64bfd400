"""How long a piece of work takes in one process, and how long two of them take in two."""

import subprocess
import sys
import time

WORK = "for i in range(6_000_000): pass"


def seconds(count):
    start = time.perf_counter()
    processes = [subprocess.Popen([sys.executable, "-c", WORK]) for _ in range(count)]
    for process in processes:
        process.wait()
    return time.perf_counter() - start


seconds(1)
print(min(seconds(1) for _ in range(3)), min(seconds(2) for _ in range(3)))
