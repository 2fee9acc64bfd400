# SPDX-License-Identifier: Apache-2.0
"""What the profile recorder makes of the dumps that an interpreter with counters leaves."""

import hashlib
import struct
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "cpython/tools"))

import record_profile  # noqa: E402

RECORDS_AT, COUNTERS_AT, NAMES_AT = 4096, 1024, 2048


def name_hash(name):
    return int.from_bytes(hashlib.md5(name).digest()[:8], "little")


def section(address, data):
    return struct.pack("<II", address, len(data)) + data


def names_block(names, compressed=0):
    text = b"\1".join(names)
    return bytes([len(text), compressed]) + text


def dump(functions, names=None):
    """What runtime/profile.cpp writes for [(name, shape, counts)]."""
    records = counters = b""
    for name, shape, counts in functions:
        distance = COUNTERS_AT + len(counters) - (RECORDS_AT + len(records))
        records += record_profile.RECORD.pack(name_hash(name), shape, distance, len(counts))
        counters += struct.pack(f"<{len(counts)}Q", *counts)
    names = names_block([name for name, _, _ in functions]) if names is None else names
    return section(RECORDS_AT, records) + section(COUNTERS_AT, counters) + section(NAMES_AT, names)


class ReadDumpTest(unittest.TestCase):
    def test_finds_each_functions_counters(self):
        data = dump([(b"main", 7, [1, 2]), (b"a.c:inner", 9, [2**40])])
        self.assertEqual(record_profile.read_dump(data), {("main", 7): (1, 2), ("a.c:inner", 9): (2**40,)})

    def test_names_of_several_objects_with_padding_between(self):
        names = names_block([b"main"]) + b"\0\0\0" + names_block([b"f", b"g"])
        data = dump([(b"main", 1, [1]), (b"g", 2, [3])], names)
        self.assertEqual(record_profile.read_dump(data), {("main", 1): (1,), ("g", 2): (3,)})

    def test_long_blocks_of_names(self):
        names = [b"function_%d" % number for number in range(30)]
        text = b"\1".join(names)
        block = bytes([len(text) & 0x7F | 0x80, len(text) >> 7, 0]) + text
        self.assertEqual(len(record_profile.names_by_hash(block)), 30)

    def test_compressed_names_are_refused(self):
        with self.assertRaisesRegex(ValueError, "compressed"):
            record_profile.read_dump(dump([(b"main", 1, [1])], names_block([b"main"], compressed=9)))


class ProfileTest(unittest.TestCase):
    def test_runs_are_added_up_and_shapes_kept_apart(self):
        total = {}
        record_profile.add(total, {("f", 1): (1, 2), ("g", 1): (5,)})
        record_profile.add(total, {("f", 1): (10, 20), ("f", 2): (3,)})
        self.assertEqual(total, {("f", 1): (11, 22), ("g", 1): (5,), ("f", 2): (3,)})

    def test_text_form(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "profile")
            record_profile.write_profile({("g", 2): (5,), ("f", 1): (11, 22)}, path)
            lines = path.read_text().splitlines()
        self.assertTrue(lines[0].startswith("#"))
        self.assertEqual([line for line in lines if not line.startswith("#")],
                         ["", "f", "1", "2", "11", "22", "", "g", "2", "1", "5", ""])

    def test_the_committed_profile_knows_the_eval_loop(self):
        path = Path(record_profile.__file__).parents[1] / "3.13/interpreter.proftext"
        lines = path.read_text().splitlines()
        at = lines.index("ceval.c:run_eval_loop")
        self.assertGreater(int(lines[at + 3]), 1_000_000)


if __name__ == "__main__":
    unittest.main()
