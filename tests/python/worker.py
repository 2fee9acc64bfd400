# SPDX-License-Identifier: Apache-2.0
"""Runs one module in a target's interpreter: one process, and another for the rest after each crash or hang."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from catalog import Selection, canonical
from expectations import FAILING, HANGS

# As `-u all` of CPython's runner, without what needs a network, a desktop, a sound card, gigabytes or a terminal.
RESOURCES = ("cpu", "decimal", "subprocess", "walltime")
# Strict about bytes and warnings, as CPython's runner is.
PYTHON_OPTIONS = ("-u", "-W", "default", "-bb")
SEED = 1

# A module whose tests keep crashing one after the other is given up.
MOST_STARTS = 40
SECONDS_FOR_KNOWN_HANG = 20
SECONDS_TO_TERMINATE = 5

# What a run must not depend on.
REMOVED_FROM_ENVIRONMENT = ("TZ", "TERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")


@dataclass
class ModuleResult:
    selection: Selection
    outcomes: dict = field(default_factory=dict)  # test to (outcome, message)
    note: str = ""  # why the module as a whole was skipped
    seconds: float = 0.0

    def to_json(self):
        return {"outcomes": self.outcomes, "note": self.note, "seconds": self.seconds}

    @classmethod
    def from_json(cls, module, data):
        outcomes = {test: tuple(outcome) for test, outcome in data["outcomes"].items()}
        return cls(Selection(module), outcomes, data["note"], data["seconds"])


def environment(temporary):
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("PYTHON", "LC_")) and name not in REMOVED_FROM_ENVIRONMENT}
    return clean | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TMPDIR": str(temporary)}


class Process:
    """An interpreter at work, and what its journal says so far."""

    def __init__(self, command, scratch, folder, settings, log):
        self.events = []
        self._journal_path = folder / settings["journal"]
        self._read = 0
        self._rest = b""
        self.last_news = time.monotonic()
        (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        relative = os.path.relpath(folder / "settings.json", scratch)
        (folder / "tmp").mkdir()
        # A session of its own: whatever it starts ends with it, and the terminal's Ctrl-C reaches the runner alone.
        self._process = subprocess.Popen(
            [*command, *PYTHON_OPTIONS, "one.py", relative], cwd=scratch, env=environment(folder / "tmp"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def poll(self):
        """The exit status, or None while it runs. News in the journal are taken first."""
        status = self._process.poll()
        self._take_news()
        if status is not None:
            self._signal_all(signal.SIGKILL)
        return status

    def _take_news(self):
        try:
            with open(self._journal_path, "rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return
        if not data:
            return
        self._read += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.events += [json.loads(line) for line in lines]
        self.last_news = time.monotonic()

    def _signal_all(self, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def end(self):
        """Stops it and all that it started; first politely, since some tidy up behind them."""
        if self._process.poll() is None:
            self._signal_all(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS_TO_TERMINATE)
        self._signal_all(signal.SIGKILL)
        self._process.wait()
        self._take_news()


class ModuleRun:
    """A module's run over as many processes as it takes. Call step() now and then until it returns True."""

    def __init__(self, target, selection, reasons, timeout, scratch, log_path):
        self.result = ModuleResult(selection)
        self._target = target
        self._reasons = reasons
        self._timeout = timeout
        self._scratch = scratch
        # A short name: below it go sockets, whose paths are limited to a hundred characters.
        self._folder = Path(tempfile.mkdtemp(prefix="run-", dir=scratch))
        self._log_path = log_path
        self._log = open(log_path, "wb")
        self._done = []  # ids that are not to be run again, as unittest spells them
        self._starts = 0
        self._started = time.monotonic()
        self._process = None
        self._start()

    def _start(self):
        module, only = self.result.selection.module, self.result.selection.only
        self._starts += 1
        # A crashed process leaves its files behind; the next one gets a folder of its own, and room in the log.
        folder = self._folder / str(self._starts)
        folder.mkdir()
        self._log_start = self._log.seek(0, os.SEEK_END)
        settings = {
            "module": "test." + module,
            "only": "test." + only if only else "",
            "journal": "journal.jsonl",
            "done": self._done,
            "resources": RESOURCES,
            "seed": SEED,
        }
        self._running = None  # the id of the test that has started and not ended
        self._ending = None  # how the module as a whole ended
        self._seen = 0
        self._process = Process(self._target.command, self._scratch, folder, settings, self._log)

    def step(self):
        status = self._process.poll()
        self._follow()
        if status is None and time.monotonic() - self._process.last_news < self._patience():
            return False
        if status is None:
            self._process.end()
            self._follow()
        if self._settle(status):
            return self._finish()
        self._start()
        return False

    def _patience(self):
        """How long a test may take. A process on its way out, after its last test, is treated like one."""
        if self._running and self._known_reason().startswith(HANGS):
            return SECONDS_FOR_KNOWN_HANG
        return self._timeout

    def _known_reason(self):
        return self._reasons.get(canonical(self.result.selection.module, self._running), "")

    def _follow(self):
        for event in self._process.events[self._seen:]:
            match event:
                case ["start", test]:
                    self._running = test
                case ["end", test, outcome, message]:
                    self._running = None
                    self._done.append(test)
                    self._record(test, outcome, message)
                case ["module", ending, message]:
                    self._ending = (ending, message)
        self._seen = len(self._process.events)

    def _record(self, test, outcome, message):
        name = canonical(self.result.selection.module, test)
        # Some tests run more than once under one name; one failure among them is a failure.
        if name not in self.result.outcomes or self.result.outcomes[name][0] not in FAILING:
            self.result.outcomes[name] = (outcome, message)

    def _record_module(self, outcome, message):
        self.result.outcomes[self.result.selection.module] = (outcome, message)

    def _settle(self, status):
        """Takes in how a process ended (None: it was stopped for being silent). Returns False if there is more to do."""
        outcome = "hang" if status is None else "crash"
        message = f"no news for {round(self._patience())} s" if status is None else self._last_words(status)
        if self._ending is None and self._running is not None:
            self._done.append(self._running)
            self._record(self._running, outcome, message)
            if self._starts < MOST_STARTS:
                return False
            self._record_module("crash", f"given up after {MOST_STARTS} starts")
        elif self._ending is None:
            self._record_module(outcome, f"outside of any test: {message}")
        elif status != 0:
            self._record_module(outcome, f"after the last test: {message}")
        elif self._ending[0] == "error":
            self._record_module("error", self._ending[1])
        elif self._ending[0] == "skip":
            self.result.note = self._ending[1]
        elif not self.result.outcomes:
            self._record_nothing()
        return True

    def _record_nothing(self):
        if self.result.selection.only:
            self.result.outcomes[self.result.selection.only] = ("error", "there is no such test in this module")
        else:
            self.result.note = "it has no tests here"

    def _last_words(self, status):
        ended = f"signal {-status}" if status < 0 else f"exit code {status}"
        with open(self._log_path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(self._log_start, file.tell() - 4000))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
        # Stacks follow the line that says what happened.
        telling = [line for line in lines if line and not line.startswith(("at ", "File ", "Node.js"))]
        words = next((line for line in reversed(telling) if "Error" in line or "rror:" in line), "")
        return f"{ended}; {words or (telling[-1] if telling else 'no output')}"[:300]

    def _finish(self):
        self.result.seconds = round(time.monotonic() - self._started, 1)
        self.close()
        return True

    def close(self):
        """Ends what is still running and forgets the files it worked on; may be called twice."""
        self._process.end()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)
