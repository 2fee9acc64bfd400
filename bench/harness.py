# SPDX-License-Identifier: Apache-2.0
"""Times one benchmark program inside the interpreter that runs this file.

    python harness.py PROGRAM.py [--repeats K] [--size N] [--entry direct|c]

Calls the program's `run(n)` once to warm up and K times with the clock on, and prints one line of JSON. Uses no
subprocess, no thread and no file but the program, so that every interpreter can run it.
"""

import argparse
import gc
import importlib.util
import json
import os
import sys
from time import perf_counter


def load(path):
    """Import a program from its path, registered in sys.modules as pickle expects."""
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def call_directly(function, argument):
    """Python to Python: the callee runs in the interpreter loop that is already active, as in most real programs."""
    return function(argument)


def call_through_c(function, argument):
    """Enter the callee through a C function, which starts a new activation of the interpreter loop.

    An engine that cannot replace running code by better code shows itself by the difference between the two.
    """
    return next(map(function, (argument,)))


ENTRIES = {"direct": call_directly, "c": call_through_c}


def measure(program, size, repeats, enter):
    checksum = str(enter(program.run, size))
    seconds = []
    for _ in range(repeats):
        gc.collect()
        start = perf_counter()
        result = enter(program.run, size)
        seconds.append(perf_counter() - start)
        if str(result) != checksum:
            raise SystemExit(f"harness: two runs of {program.__name__} disagree: {checksum} and {result}")
    return checksum, seconds


def parse_arguments():
    parser = argparse.ArgumentParser(description="Time one benchmark program.")
    parser.add_argument("program")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--size", type=int, help="argument of run(); the program's DEFAULT without it")
    parser.add_argument("--entry", choices=ENTRIES, default="direct")
    return parser.parse_args()


def main():
    options = parse_arguments()
    sys.dont_write_bytecode = True
    program = load(options.program)
    size = program.DEFAULT if options.size is None else options.size
    checksum, seconds = measure(program, size, options.repeats, ENTRIES[options.entry])
    print(json.dumps({
        "name": program.__name__,
        "size": size,
        "checksum": checksum,
        "seconds": seconds,
        "python": ".".join(map(str, sys.version_info[:3])),
        "platform": sys.platform,
    }), flush=True)


if __name__ == "__main__":
    main()
