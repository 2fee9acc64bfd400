"""Starts processes until there are too many."""

import subprocess
import sys

WAIT = "import sys; sys.stdin.read()"

processes = []
try:
    while len(processes) < 2000:
        processes.append(subprocess.Popen([sys.executable, "-c", WAIT], stdin=subprocess.PIPE))
except OSError as error:
    print("refused:", type(error).__name__)
for process in processes:
    process.kill()
    process.wait()
    process.stdin.close()
print(subprocess.check_output([sys.executable, "-c", "print('alive')"], text=True), end="")
