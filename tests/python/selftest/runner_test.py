# SPDX-License-Identifier: Apache-2.0
"""Tests of the runner itself: fixtures of every kind, run by the interpreter that runs this file."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import catalog  # noqa: E402
import expectations  # noqa: E402
import run  # noqa: E402
import target as targets  # noqa: E402
from catalog import Selection  # noqa: E402
from worker import ModuleRun  # noqa: E402

COMMAND = (sys.executable, str(HERE / "fixtures/interpreter.py"))
MODULES = ["test_asyncio.test_events", "test_asyncio.test_tasks", "test_json", "test_os"]


def process_exists(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


class RunningTest(unittest.TestCase):
    def setUp(self):
        self.target = targets.Target("native", COMMAND)
        self.scratch = targets.make_scratch(self.target)
        self.addCleanup(targets.remove_scratch, self.scratch)

    def run_module(self, name, only="", reasons=None, timeout=60):
        module_run = ModuleRun(self.target, Selection(name, only), reasons or {}, timeout, self.scratch,
                               self.scratch / f"{name}.log")
        self.addCleanup(module_run.close)
        while not module_run.step():
            time.sleep(0.02)
        return module_run.result

    def outcomes(self, result):
        return {test.removeprefix(result.selection.module): outcome for test, (outcome, _) in result.outcomes.items()}

    def test_every_outcome_has_its_word(self):
        result = self.run_module("test_fixture_mixed")
        self.assertEqual(self.outcomes(result), {
            ".Outcomes.test_passes": "pass",
            ".Outcomes.test_fails": "fail",
            ".Outcomes.test_raises": "error",
            ".Outcomes.test_skipped": "skip",
            ".Outcomes.test_known_to_upstream": "expected failure",
            ".Outcomes.test_better_than_upstream": "unexpected success",
            ".Outcomes.test_subtests": "fail",
            ".Outcomes.test_subtest_skipped": "pass",
            ".NotPrepared.setUpClass": "error",
            ".doubled": "fail",
        })
        self.assertEqual(result.outcomes["test_fixture_mixed.Outcomes.test_raises"][1],
                         "LookupError: not found in two lines")

    def test_one_test_alone(self):
        result = self.run_module("test_fixture_mixed", "test_fixture_mixed.Outcomes.test_fails")
        self.assertEqual(self.outcomes(result), {".Outcomes.test_fails": "fail"})
        result = self.run_module("test_fixture_mixed", "test_fixture_mixed.Outcomes.test_flies")
        self.assertEqual(self.outcomes(result), {".Outcomes.test_flies": "error"})

    def test_a_crash_costs_one_test(self):
        result = self.run_module("test_fixture_crash")
        self.assertEqual(self.outcomes(result), {
            ".Crash.test_1_before": "pass",
            ".Crash.test_2_abort": "crash",
            ".Crash.test_3_between": "pass",
            ".Crash.test_4_exit": "crash",
            ".Crash.test_5_after": "fail",
        })
        self.assertEqual(result.outcomes["test_fixture_crash.Crash.test_4_exit"][1],
                         "exit code 7; RuntimeError: unreachable")

    def test_a_hang_costs_one_test_and_leaves_nothing(self):
        child = self.scratch / "child"
        os.environ["FIXTURE_CHILD"] = str(child)
        self.addCleanup(os.environ.pop, "FIXTURE_CHILD")
        result = self.run_module("test_fixture_hang", timeout=3)
        self.assertEqual(self.outcomes(result), {".Hang.test_1_hangs": "hang", ".Hang.test_2_after": "pass"})
        self.assertFalse(process_exists(int(child.read_text())))

    def test_modules_that_end_otherwise(self):
        self.assertEqual(self.run_module("test_fixture_skipped").note, "not on this machine")
        broken = self.run_module("test_fixture_broken")
        self.assertEqual(broken.outcomes, {"test_fixture_broken": (
            "error", "ModuleNotFoundError: No module named 'there_is_no_such_module'")})
        ended = self.run_module("test_fixture_exit")
        self.assertEqual(self.outcomes(ended), {".Exit.test_passes": "pass", "": "crash"})

    def test_nothing_is_left_in_scratch(self):
        before = set(self.scratch.iterdir())
        self.run_module("test_fixture_mixed")
        self.assertEqual({path for path in self.scratch.iterdir() if path.is_dir()},
                         {path for path in before if path.is_dir()})


class TargetTest(unittest.TestCase):
    def test_programs_that_tests_start_know_where_modules_for_tests_are(self):
        prints = (sys.executable, "-c", "import os; print(os.environ['TAIPAN_EXTENSIONS'])")
        with tempfile.TemporaryDirectory() as modules:
            target = targets.Target("native", prints).with_modules(Path(modules))
            printed = subprocess.run(target.command, capture_output=True, text=True, check=True).stdout
        self.assertEqual(printed.strip(), os.path.realpath(modules))


class NamesTest(unittest.TestCase):
    def test_what_names_mean(self):
        self.assertEqual(catalog.select(["test.test_json", "test_json"], MODULES), [Selection("test_json")])
        self.assertEqual(catalog.select(["test_asyncio"], MODULES), [Selection(name) for name in MODULES[:2]])
        self.assertEqual(catalog.select(["test_os.FileTests.test_access"], MODULES),
                         [Selection("test_os", "test_os.FileTests.test_access")])

    def test_a_wrong_name_gets_the_nearest(self):
        for name in ("test_jsn", "json"):
            with self.assertRaisesRegex(catalog.UnknownName, "did you mean test_json?"):
                catalog.select([name], MODULES)

    def test_the_modules_are_those_of_cpython(self):
        listed = subprocess.run([sys.executable, "-m", "test", "--list-tests"], check=True, text=True,
                                stdout=subprocess.PIPE).stdout.split()
        self.assertEqual(catalog.all_modules(), sorted(name.removeprefix("test.") for name in listed))

    def test_canonical_names(self):
        for test_id, name in {
            "test.test_os.FileTests.test_access": "test_os.FileTests.test_access",
            "setUpClass (test.test_os.FileTests)": "test_os.FileTests.setUpClass",
            "setUpModule (test.test_os)": "test_os.setUpModule",
            "json.encoder": "test_os.json.encoder",
            "unittest.loader.ModuleSkipped.test.test_os.links": "test_os.links",
            "test.test_os.T.<object at 0x7f12ab>": "test_os.T.<object at 0x>",
        }.items():
            self.assertEqual(catalog.canonical("test_os", test_id), name)


class JudgingTest(unittest.TestCase):
    OUTCOMES = {"m.A.good": ("pass", ""), "m.A.bad": ("fail", "1 != 2"), "m.A.not": ("skip", "")}

    def judge(self, reasons, selection=Selection("m")):
        return expectations.judge(selection, self.OUTCOMES, reasons)

    def test_surprises_of_both_kinds(self):
        verdict = self.judge({"m.A.good": "once", "m.A.gone": "once", "n.other": "not in this module"})
        self.assertEqual([test for test, _ in verdict.unexpected_failures], ["m.A.bad"])
        self.assertEqual([test for test, _ in verdict.unexpected_passes], ["m.A.good", "m.A.gone"])
        self.assertEqual((verdict.passed, verdict.skipped, verdict.known, verdict.surprises), (1, 1, 0, 3))

    def test_no_surprises(self):
        verdict = self.judge({"m.A.bad": "one is not two", "m.A.good": "sometimes: the clock is coarse"})
        self.assertEqual((verdict.passed, verdict.known, verdict.surprises), (1, 1, 0))

    def test_renewing_keeps_reasons_and_asks_for_new_ones(self):
        renewed = expectations.renew(Selection("m"), self.OUTCOMES, {"m.A.good": "old", "n.other": "kept"})
        self.assertEqual(renewed, {"n.other": "kept", "m.A.bad": "TODO fail: 1 != 2"})
        renewed = expectations.renew(Selection("m"), self.OUTCOMES, {"m.A.bad": "one is not two"})
        self.assertEqual(renewed, {"m.A.bad": "one is not two"})

    def test_lists(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.txt"
            self.assertEqual(expectations.read(path), {})
            expectations.write(path, {"m.b": "why", "m.a": "TODO fail"}, ["header"])
            self.assertEqual(path.read_text(), "# header\n\nm.a  # TODO fail\nm.b  # why\n")
            self.assertEqual(expectations.read(path, allow_todo=True), {"m.a": "TODO fail", "m.b": "why"})
            for text, complaint in {
                "m.a  # TODO fail\n": "no reason yet",
                "m.a\n": "no reason in",
                "m.a  #  \n": "no reason in",
                "m.a  # x\nm.a  # y\n": "twice",
                "m.b  # x\nm.a  # y\n": "not sorted",
            }.items():
                path.write_text(text)
                with self.assertRaisesRegex(expectations.BadList, complaint):
                    expectations.read(path)


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name

    def words(self, *words):
        return ["--target", "native", "--command", f"native={sys.executable}", "--work", self.work, *words]

    def test_misuse(self):
        for words, answer in {
            ("--target", "nod"): "did you mean node?",
            ("--quick", "test_json"): "exclude",
            ("--save", "test_json"): "full runs",
            ("--jobs", "0"): "1 or more",
            ("--command", "python"): "names no target",
            ("--tmeout", "1"): "--tmeout",
            ("--target", "native", "--stored"): "no run of native is stored",
        }.items():
            errors = io.StringIO()
            with self.subTest(words), contextlib.redirect_stderr(errors):
                self.assertEqual(run.main(["--work", self.work, *words]), run.MISUSE)
                self.assertRegex(errors.getvalue(), rf"^taipan: [^\n]*{answer}[^\n]*\n$")

    def test_a_run(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            summary = Path(self.work, "summary.json")
            self.assertEqual(run.main(self.words("test_bool", "test_colorsys.ColorsysTest", "--summary",
                                                 str(summary))), 0)
        lines = output.getvalue().splitlines()
        self.assertRegex(lines[-2], r"^2 modules, \d+ passed, 0 skipped, .* 0 unexpected failures, 0 unexpected passes$")
        self.assertRegex(lines[-1], r"^[1-9]\d* passed, 0 failed$")
        counts = json.loads(summary.read_text())
        self.assertEqual(lines[-1], f"{counts['passed']} passed, {counts['failed']} failed")

    def test_an_interpreter_that_does_not_start(self):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            self.assertEqual(run.main(["--target", "native", "--command", "native=false", "--work", self.work,
                                       "test_bool"]), run.FAILED)
        self.assertIn("does not start", errors.getvalue())

    def test_interrupted_full_run_goes_on(self):
        first = self.start_full_run()
        done = self.modules_done(first, 3)
        first.send_signal(signal.SIGINT)
        first.wait(30)
        self.assertEqual(first.returncode, run.INTERRUPTED)
        second = self.start_full_run()
        line = next(line for line in second.stdout if "going on" in line or line.startswith("["))
        second.send_signal(signal.SIGTERM)
        second.wait(30)
        self.assertRegex(line, r"^going on with an interrupted run, \d+ modules done")
        self.assertGreaterEqual(int(line.split(",")[1].split()[0]), done)

    def start_full_run(self):
        process = subprocess.Popen([sys.executable, str(HERE.parent / "run.py"), *self.words()], text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        return process

    def modules_done(self, process, number):
        done = 0
        for line in process.stdout:
            done += line.startswith("[")
            if done == number:
                break
        return done


if __name__ == "__main__":
    unittest.main()
