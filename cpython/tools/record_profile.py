# SPDX-License-Identifier: Apache-2.0
"""Records the profile that CPython is optimized with: record_profile.py TAIPAN OUTPUT.

Runs the tests that CPython itself trains its optimized builds with in a WASI interpreter that counts what runs, adds up
the counters and writes them as LLVM's text form of a profile, which `llvm-profdata merge` reads. Run it in the native
interpreter, after a change to CPython's version, its patches or runtime/eval_tick.cpp:

    ./taipan run --target native cpython/tools/record_profile.py ./taipan cpython/3.13/interpreter.proftext
"""

import hashlib
import os
import re
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HEADER = """\
# What ran how often in CPython's own training tests, counted on WASI. The compiler decides by it what to inline and
# what to keep small. Written by cpython/tools/record_profile.py; for each function: name, hash, number of counters, they.

"""

VARIABLE = "TAIPAN_RECORD_PROFILE"
TEST_SECONDS = 600

# One record of the section __llvm_prf_data for 32-bit pointers: hash of the name, hash of the function's shape, where
# its counters are (relative to the record), three pointers of no interest, number of counters, more of no interest.
# See INSTR_PROF_DATA in LLVM 19's InstrProfData.inc.
RECORD = struct.Struct("<QQi12xI12x")
SECTION = struct.Struct("<II")
MASK = 0xFFFFFFFF


def sections_of(dump):
    """The three sections of a dump, each as (address, bytes); runtime/profile.cpp writes them."""
    at = 0
    for _ in range(3):
        address, size = SECTION.unpack_from(dump, at)
        at += SECTION.size
        yield address, dump[at : at + size]
        at += size


def uleb128(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def names_by_hash(section):
    """Function names by the first eight bytes of their MD5, which is what a record holds."""
    names = {}
    at = 0
    while at < len(section):
        size, after = uleb128(section, at)
        if size == 0:  # padding between two objects' parts
            at += 1
            continue
        compressed, after = uleb128(section, after)
        if compressed:
            raise ValueError("the names are compressed; compile with -enable-name-compression=false")
        for name in section[after : after + size].split(b"\1"):
            names[int.from_bytes(hashlib.md5(name).digest()[:8], "little")] = name.decode()
        at = after + size
    return names


def read_dump(dump):
    """The counters of each function: {(name, hash): [count, …]}."""
    (records_at, records), (counters_at, counters), (_, names) = sections_of(dump)
    known = names_by_hash(names)
    functions = {}
    for offset in range(0, len(records), RECORD.size):
        name, shape, distance, count = RECORD.unpack_from(records, offset)
        start = (records_at + offset + distance & MASK) - counters_at
        functions[known[name], shape] = struct.unpack_from(f"<{count}Q", counters, start)
    return functions


def add(total, functions):
    for key, counts in functions.items():
        before = total.get(key)
        total[key] = counts if before is None else tuple(map(sum, zip(before, counts)))


def write_profile(total, path):
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEADER)
        for (name, shape), counts in sorted(total.items()):
            file.write("\n".join(map(str, (name, shape, len(counts), *counts))) + "\n\n")


def training_tests():
    from test.libregrtest import pgo

    return sorted({re.match(r"\w+", name)[0] for name in pgo.PGO_TESTS})


def train(taipan, name, folder):
    with tempfile.TemporaryDirectory() as work:
        try:
            subprocess.run(
                [taipan, "run", "--target", "wasi", "-m", "test", "--pgo", name],
                cwd=work,
                env=os.environ | {VARIABLE: folder},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TEST_SECONDS,
            )
        except subprocess.TimeoutExpired:
            print(f"record_profile: {name} took too long and is left out", file=sys.stderr)


def main(taipan, output):
    taipan = os.path.abspath(taipan)
    total = {}
    with tempfile.TemporaryDirectory() as folder:
        print("record_profile: building the interpreter that counts", file=sys.stderr)
        subprocess.run(
            [taipan, "setup", "--target", "wasi"], env=os.environ | {VARIABLE: folder}, check=True
        )
        tests = training_tests()
        print(f"record_profile: running {len(tests)} test modules", file=sys.stderr)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda name: train(taipan, name, folder), tests))
        dumps = sorted(Path(folder).glob("*.counters"))
        for dump in dumps:
            add(total, read_dump(dump.read_bytes()))
    if len(dumps) < len(tests):
        print(f"record_profile: only {len(dumps)} of {len(tests)} modules left counters", file=sys.stderr)
    if not total:
        sys.exit("record_profile: nothing was counted; see what `taipan run --target wasi -m test --pgo` says")
    write_profile(total, output)
    ran = sum(any(counts) for counts in total.values())
    print(f"record_profile: {len(total)} functions, {ran} of them ran", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    main(*sys.argv[1:])
