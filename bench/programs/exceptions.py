# SPDX-License-Identifier: Apache-2.0
"""Exceptions: raising, catching, re-raising, chaining, finally and with, through several frames."""

from contextlib import contextmanager

DEFAULT = 40_000


class AppError(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


class NotFound(AppError):
    pass


class Guard:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.log[0] += kind is not None
        return kind is NotFound


@contextmanager
def translated():
    try:
        yield
    except KeyError as error:
        raise AppError(len(error.args)) from error


def fail_below(depth, code):
    if depth == 0:
        raise NotFound(code) if code % 2 else AppError(code)
    try:
        return fail_below(depth - 1, code)
    finally:
        code += 1


def parse(text):
    try:
        return int(text)
    except ValueError:
        return -1


def run(n):
    log = [0]
    total = 0
    for i in range(n):
        try:
            with Guard(log):
                fail_below(4, i)
        except AppError as error:
            total += error.code
        total += parse("12x" if i % 3 else "12")
        try:
            with translated():
                {}["missing"]
        except AppError as error:
            total += error.code + isinstance(error.__cause__, KeyError)
        try:
            [][i]
        except (KeyError, IndexError):
            total += 1
        else:
            total += 1000
    return f"{total},{log[0]}"
