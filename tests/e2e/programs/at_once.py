"""Whether two processes compute at the same time: each says when it began and when it was done, and neither waits."""

import subprocess
import sys

WORK = """
import time
input()
begin = time.time()
for i in range(6_000_000): pass
print(begin, time.time())
"""

processes = [
    subprocess.Popen([sys.executable, "-c", WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for _ in range(2)
]
for process in processes:
    process.stdin.write("go\n")
    process.stdin.flush()
spans = [tuple(map(float, process.communicate()[0].split())) for process in processes]
together = min(end for _, end in spans) - max(begin for begin, _ in spans)
shorter = min(end - begin for begin, end in spans)
print("at once" if together > shorter / 4 else f"one after the other: {spans}")
