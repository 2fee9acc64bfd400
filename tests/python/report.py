# SPDX-License-Identifier: Apache-2.0
"""What people see of a run, and the summary of one that is committed."""

import collections
import json
import os
from datetime import datetime, timezone
from pathlib import Path

from expectations import FAILING, SKIPPED


def plural(number, word):
    if number == 1:
        return f"{number} {word}"
    return f"{number} {word}{'es' if word.endswith('s') else 's'}"


def start_line(target, facts, selections, jobs):
    runtime = f", {facts['runtime']}" if "runtime" in facts else ""
    return (f"{target.name}: Python {facts['python']}, {facts['platform']}{runtime}; "
            f"{plural(len(selections), 'module')}, {jobs} at a time")


def module_line(number, total, result, verdict):
    parts = [f"{verdict.passed} passed"]
    if verdict.skipped:
        parts.append(f"{verdict.skipped} skipped")
    if verdict.known:
        parts.append(plural(verdict.known, "known failure"))
    if verdict.unexpected_failures:
        parts.append(plural(len(verdict.unexpected_failures), "unexpected failure").upper())
    if verdict.unexpected_passes:
        parts.append(plural(len(verdict.unexpected_passes), "unexpected pass").upper())
    if result.note:
        parts = [f"skipped: {result.note}"] + [part for part in parts if not part.startswith("0 ")]
    return f"[{number:{len(str(total))}}/{total}] {result.selection.name}: {', '.join(parts)} ({result.seconds:.1f} s)"


def surprises(verdict):
    lines = [f"unexpected failure: {test}: {what}" for test, what in verdict.unexpected_failures]
    return lines + [f"unexpected pass: {test}: {what}" for test, what in verdict.unexpected_passes]


def summary(modules, verdict):
    """Two lines: the whole story, and the one that scripts look for."""
    return [
        f"{plural(modules, 'module')}, {verdict.passed} passed, {verdict.skipped} skipped, "
        f"{plural(verdict.known, 'known failure')}, "
        f"{plural(len(verdict.unexpected_failures), 'unexpected failure')}, "
        f"{plural(len(verdict.unexpected_passes), 'unexpected pass')}",
        f"{verdict.passed} passed, {verdict.surprises} failed",
    ]


def counts_as_json(verdict):
    """For whoever adds several runs up."""
    return json.dumps({"passed": verdict.passed, "failed": verdict.surprises})


def _counts(result):
    outcomes = collections.Counter(outcome for outcome, _ in result.outcomes.values())
    failed = sum(outcomes[outcome] for outcome in FAILING)
    row = {"passed": outcomes.total() - failed - outcomes[SKIPPED], "skipped": outcomes[SKIPPED], "failed": failed,
           "seconds": result.seconds}
    if result.note:
        row["note"] = result.note
    return row


def save(path, target, facts, results):
    """Counts of each module, one line each so that two versions compare well."""
    rows = {module: _counts(result) for module, result in sorted(results.items())}
    head = {
        "target": target.name,
        "date": datetime.now(timezone.utc).date().isoformat(),
        "versions": {name: facts[name] for name in ("python", "platform", "compiler", "runtime") if name in facts},
        "modules": len(rows),
        "skipped modules": sum("note" in row for row in rows.values()),
        **{column: sum(row[column] for row in rows.values()) for column in ("passed", "skipped", "failed")},
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    table = ",\n".join(f"    {json.dumps(module)}: {json.dumps(row)}" for module, row in rows.items())
    text = "\n".join(["{", *lines, '  "results": {', table, "  }", "}"]) + "\n"
    beside = Path(f"{path}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def durations(path):
    """Seconds of each module in a saved summary; none if there is no such file."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    return {module: row["seconds"] for module, row in rows.items()}
