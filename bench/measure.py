# SPDX-License-Identifier: Apache-2.0
"""Runs a command once and prints, as one line of JSON, what only its parent can see.

    python measure.py COMMAND [ARGS...]

That is the time to its first line of output, its whole time, its exit code and its peak resident memory (wait4).
A child starts life as a copy of its parent, so no peak below this process's own can be seen: that floor is reported.
"""

import json
import os
import resource
import subprocess
import sys
from time import perf_counter

KIB = 1024


def measure(command):
    start = perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        line = child.stdout.readline()
        first_line = perf_counter() - start if line else None
        child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        total = perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    return {
        "firstLine": first_line,
        "total": total,
        "exitCode": child.returncode,
        "peakBytes": usage.ru_maxrss * KIB,
        "floorBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB,
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("measure: nothing to run; give COMMAND [ARGS...]")
    print(json.dumps(measure(sys.argv[1:])))
