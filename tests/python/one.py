# SPDX-License-Identifier: Apache-2.0
"""Runs one module of CPython's own tests inside the interpreter it is given to, and writes down what happens.

    one.py SETTINGS     (a JSON file: see main)

The machinery is CPython's: test.libregrtest prepares the process and puts things back, unittest runs the tests. What is
added is a journal, one JSON line for each start and each end of a test, so that the runner outside knows how far a
module came when the interpreter crashes or hangs in the middle.
"""

import contextlib
import gc
import importlib.util
import json
import os
import random
import sys
import sysconfig
import traceback
import unittest

if importlib.util.find_spec("_testcapi"):
    # The interpreter was built without the modules that only tests import; they lie beside this file.
    sysconfig.get_config_vars()["TEST_MODULES"] = "yes"

from test import support  # noqa: E402
from test.libregrtest import save_env, setup, utils  # noqa: E402
from test.support import os_helper  # noqa: E402

LONGEST_MESSAGE = 400


class Journal:
    """Lines in a file, each written at once. A test may replace os.write or builtins.open, so they are kept here."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._write = os.write
        self._encode = json.JSONEncoder().encode

    def note(self, *event):
        data = self._encode(event).encode() + b"\n"
        while data:
            data = data[self._write(self._file, data):]


def message_of(error):
    """The exception itself in one line, and where it came from."""
    kind, value, trace = error
    try:
        text = "".join(traceback.format_exception_only(kind, value)).strip()
    except Exception as problem:
        text = f"{kind!r}, which cannot be printed: {problem!r}"
    return " ".join(text.split())[:LONGEST_MESSAGE]


class JournalResult(unittest.TestResult):
    """Writes each test's outcome down; a test with a failing subtest has failed."""

    def __init__(self, journal):
        super().__init__()
        self.buffer = True
        self._journal = journal
        self._outcome = None

    def startTest(self, test):
        self._outcome = None
        self._journal.note("start", test.id())
        super().startTest(test)

    def stopTest(self, test):
        outcome, message = self._outcome or ("pass", "")
        super().stopTest(test)
        self._journal.note("end", test.id(), outcome, message)
        self._outcome = None

    def _settle(self, test, outcome, message):
        if isinstance(test, unittest.suite._ErrorHolder):
            # Preparing or tidying up a class or a module, which neither starts nor stops.
            self._journal.note("end", test.id(), outcome, message)
        elif self._outcome is None or self._outcome[0] in ("pass", "skip"):
            self._outcome = (outcome, message)

    def _print_trace(self, test, error):
        # Past the buffer, into the log; a test may have closed it.
        with contextlib.suppress(OSError, ValueError):
            self._original_stderr.write(f"{test.id()}\n{''.join(traceback.format_exception(*error))}\n")
            self._original_stderr.flush()

    def addError(self, test, err):
        super().addError(test, err)
        self._print_trace(test, err)
        self._settle(test, "error", message_of(err))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._print_trace(test, err)
        self._settle(test, "fail", message_of(err))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._print_trace(subtest, err)
            failed = issubclass(err[0], test.failureException)
            self._settle(test, "fail" if failed else "error", message_of(err))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        # A skipped subtest does not make its test a skipped one.
        if isinstance(test, unittest.case._SubTest):
            return
        self._settle(test, "skip", str(reason))

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._settle(test, "expected failure", message_of(err))

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._settle(test, "unexpected success", "decorated with expectedFailure, and passes")


def keep(suite, wanted):
    """Takes out of a suite, at any depth, the tests that are not wanted."""
    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            keep(test, wanted)
            kept.append(test)
        elif wanted(test.id()):
            kept.append(test)
    suite._tests = kept


def load_and_run(name, journal, only, done):
    module = importlib.import_module(name)
    suite = unittest.TestLoader().loadTestsFromModule(module)
    keep(suite, lambda test: test not in done and (not only or test == only or test.startswith(only + ".")))
    try:
        suite(JournalResult(journal))
    finally:
        support.gc_collect()
        utils.remove_testfn(name, 0)
        gc.garbage.clear()
        support.reap_children()


def run_module(name, journal, only, done):
    """Returns how the module as a whole ended: what and why."""
    try:
        utils.clear_caches()
        support.gc_collect()
        with save_env.saved_test_environment(name, 0, True, pgo=False):
            load_and_run(name, journal, only, done)
    except (unittest.SkipTest, support.ResourceDenied) as reason:
        return "skip", str(reason)
    except BaseException:
        traceback.print_exc()
        return "error", message_of(sys.exc_info())
    return "done", ""


def version_facts():
    import platform

    facts = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "compiler": platform.python_compiler(),
        "prefix": sys.prefix,
    }
    if hasattr(sys, "_emscripten_info"):
        facts["runtime"] = sys._emscripten_info.runtime
    return facts


def main(path):
    with open(path, encoding="utf-8") as file:
        settings = json.load(file)
    folder = os.path.dirname(os.path.abspath(path))
    journal = Journal(os.path.join(folder, settings["journal"]))
    if settings["module"] is None:
        journal.note("facts", version_facts())
        return
    support.verbose = 0
    support.use_resources = settings["resources"]
    random.seed(settings["seed"])
    setup.setup_process()
    # A name that is not ASCII, as CPython's runner does, so that paths with such names are tried all the time.
    work = os.path.join(folder, "test_python_" + os_helper.FS_NONASCII)
    os.mkdir(work)
    os.chdir(work)
    journal.note("module", *run_module(settings["module"], journal, settings["only"], set(settings["done"])))
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1])
