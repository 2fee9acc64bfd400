# SPDX-License-Identifier: Apache-2.0
"""The lists of expected failures: reading and writing them, and judging results by them.

One line for each test that is known to fail, sorted, with the reason why:

    test_os.LinkTests.test_link  # no hard links on this file system

Two words at the beginning of a reason mean something to the runner: `hang:` (the test never ends; it is tried for a
short time only) and `sometimes:` (fails on some runs; neither outcome is a surprise).
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

PASSED = "pass"
SKIPPED = "skip"
EXPECTED = "expected failure"  # by CPython itself
FAILING = frozenset({"fail", "error", "unexpected success", "crash", "hang"})

SEPARATOR = "  # "
TODO = "TODO"
HANGS = "hang:"
SOMETIMES = "sometimes:"


class BadList(Exception):
    """A list that cannot be used; the message is ready to print."""


@dataclass
class Verdict:
    """What a run's results are worth; both lists of surprises hold (test, what it did) pairs."""

    passed: int = 0
    skipped: int = 0
    known: int = 0
    unexpected_failures: list = field(default_factory=list)
    unexpected_passes: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.skipped += other.skipped
        self.known += other.known
        self.unexpected_failures += other.unexpected_failures
        self.unexpected_passes += other.unexpected_passes

    @property
    def surprises(self):
        return len(self.unexpected_failures) + len(self.unexpected_passes)


def _parse(text, name):
    reasons = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        test, separator, reason = line.partition(SEPARATOR)
        if not separator or not reason.strip():
            raise BadList(f"no reason in {name}, line {number}; write '{test.strip()}  # why it fails'")
        if test in reasons:
            raise BadList(f"a test twice in {name}, line {number}; remove one of the lines of {test}")
        reasons[test] = reason.strip()
    if list(reasons) != sorted(reasons):
        raise BadList(f"the tests are not sorted in {name}; sort its lines")
    return reasons


def read(path, allow_todo=False):
    """Test to reason. A missing list is an empty one."""
    if not path.exists():
        return {}
    reasons = _parse(path.read_text(encoding="utf-8"), path.name)
    unexplained = [test for test, reason in reasons.items() if reason.startswith(TODO)]
    if unexplained and not allow_todo:
        raise BadList(f"{len(unexplained)} of the tests in {path.name} have no reason yet, the first is "
                      f"{unexplained[0]}; replace what follows '# {TODO}' by why they fail")
    return reasons


def write(path, reasons, header):
    lines = [f"# {line}".rstrip() for line in header] + [""]
    lines += [f"{test}{SEPARATOR}{reasons[test]}" for test in sorted(reasons)]
    beside = Path(f"{path}.new")
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(beside, path)


def covers(selection, test):
    """Whether a test belongs to what was selected."""
    return test == selection.name or test.startswith(selection.name + ".")


def below(reasons, selection):
    return {test: reason for test, reason in reasons.items() if covers(selection, test)}


def judge(selection, outcomes, reasons):
    """Judges one selection's outcomes, a mapping of a test to (outcome, message)."""
    verdict = Verdict()
    expected = below(reasons, selection)
    for test, (outcome, message) in outcomes.items():
        if outcome in FAILING:
            if test in expected:
                verdict.known += 1
            else:
                verdict.unexpected_failures.append((test, f"{outcome}: {message}" if message else outcome))
        elif outcome == SKIPPED:
            verdict.skipped += 1
        else:
            verdict.passed += 1
    for test, reason in expected.items():
        outcome = outcomes[test][0] if test in outcomes else None
        if outcome not in FAILING and not reason.startswith(SOMETIMES):
            verdict.unexpected_passes.append((test, f"{outcome or 'nothing of it'}, but expected to fail: {reason}"))
    return verdict


def renew(selection, outcomes, reasons):
    """The list after this selection's outcomes: reasons are kept, new failures wait for one."""
    kept = {test: reason for test, reason in reasons.items() if not covers(selection, test)}
    for test, reason in below(reasons, selection).items():
        if reason.startswith(SOMETIMES):
            kept[test] = reason
    for test, (outcome, message) in outcomes.items():
        if outcome in FAILING:
            kept[test] = reasons.get(test) or f"{TODO} {outcome}: {message}".rstrip(": ")
    return kept
