# SPDX-License-Identifier: Apache-2.0
"""Runs a file of unittest tests: run_unittests.py FILE SUMMARY writes {"passed": N, "failed": N} to SUMMARY."""

import importlib.util
import json
import sys
import unittest
from pathlib import Path


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main(file, summary):
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(load(Path(file).resolve()))
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed - len(result.skipped) - len(result.expectedFailures)
    Path(summary).write_text(json.dumps({"passed": passed, "failed": failed}), encoding="utf-8")
    return 0 if result.wasSuccessful() else 1


sys.exit(main(*sys.argv[1:]))
