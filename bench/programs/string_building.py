# SPDX-License-Identifier: Apache-2.0
"""String building: +=, join, f-strings, format specifications, StringIO, replace, split and translate."""

import io

DEFAULT = 90

ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)


def by_appending(count):
    text = ""
    for i in range(count):
        text += chr(97 + i % 26)
        text += str(i)
    return text


def by_joining(count):
    return ",".join([f"{i:>6}|{i / 3:8.3f}|{i:#x}" for i in range(count)])


def by_writing(count):
    out = io.StringIO()
    for i in range(count):
        out.write("row %d of %s\n" % (i, "many"))
    return out.getvalue()


def title(text):
    return " ".join([word.capitalize() for word in text.split()])


def run(n):
    checksum = 0
    for i in range(n):
        appended = by_appending(3000 + i)
        joined = by_joining(2000)
        written = by_writing(2000)
        changed = title(written).translate(ROT13).replace("Bs", "of\u00e9").upper()
        checksum += len(appended) + len(joined) + changed.count("\u00c9") + len(changed.splitlines())
        checksum += joined.rfind("|") + appended.find(str(i * 50)) + len(changed.encode())
    return checksum
