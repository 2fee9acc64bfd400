# SPDX-License-Identifier: Apache-2.0
"""Packs a standard library into one uncompressed zip for the browser: pack_library.py FOLDER ZIP.

Stored, so that the page maps files without unpacking, and so that the transfer's own compression sees the text.
The same tree gives the same bytes.
"""

import sys
import zipfile
from pathlib import Path

# Nothing a page can use: tests, demonstrations, what needs a desktop or another process.
LEFT_OUT = {"test", "tests", "idlelib", "turtledemo", "ensurepip", "lib2to3", "tkinter", "pydoc_data"}
NO_DATE = (1980, 1, 1, 0, 0, 0)


def files_of(folder):
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not LEFT_OUT.intersection(parts[:-1]):
            yield path, "/".join(parts)


def main(folder, archive):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for path, name in files_of(Path(folder)):
            target.writestr(zipfile.ZipInfo(name, NO_DATE), path.read_bytes())


main(*sys.argv[1:])
