# SPDX-License-Identifier: Apache-2.0
"""A target: the command that is its interpreter, and what the interpreter says about itself."""

import os
import shlex
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from worker import Process

TARGETS = ("node", "browser", "wasi", "native", "compiled")
# Compiled programs (compiled_interpreter.py) are run on WASI, and fail what fails there.
BASES = {"compiled": "wasi"}
REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120


class TargetFailure(Exception):
    """The interpreter does not work at all; the message is ready to print."""


@dataclass(frozen=True)
class Target:
    name: str
    command: tuple

    @classmethod
    def named(cls, name, overrides):
        if name in overrides:
            return cls(name, tuple(shlex.split(overrides[name])))
        return cls(name, (str(REPOSITORY / "taipan"), "run", "--quiet", "--target", name))

    def with_modules(self, folder):
        """The same interpreter, which finds the extension modules in `folder`, as do programs that tests start."""
        return replace(self, command=("env", f"TAIPAN_EXTENSIONS={folder.resolve()}", *self.command))


    def in_scratch(self, scratch):
        """The same interpreter; where its library leaves the tests out, programs that tests start find them, too."""
        if self.name != "browser":
            return self
        return replace(self, command=("env", f"PYTHONPATH={scratch}", *self.command))


def make_scratch(target):
    """A folder that is every process's working directory and holds the script: all that a browser can see."""
    # Without symbolic links in its path, or names made of it would differ inside and outside.
    scratch = Path(os.path.realpath(tempfile.mkdtemp(prefix="taipan-test-")))
    shutil.copy(Path(__file__).with_name("one.py"), scratch)
    if target.name == "browser":
        # The page's standard library leaves the tests out.
        import test

        source = Path(test.__file__).parent
        shutil.copytree(source, scratch / "test", ignore=shutil.ignore_patterns("__pycache__"))
    return scratch


def remove_scratch(scratch):
    shutil.rmtree(scratch, ignore_errors=True)


def ask_facts(target, scratch, log_path):
    """Versions, from the interpreter itself; also the proof that it starts."""
    folder = scratch / "facts"
    folder.mkdir()
    with open(log_path, "wb") as log:
        process = Process(target.command, scratch, folder, {"module": None, "journal": "journal.jsonl"}, log)
        try:
            _wait(process)
        finally:
            process.end()
    for kind, *values in process.events:
        if kind == "facts":
            return values[0]
    lines = log_path.read_text(errors="replace").strip().splitlines()
    raise TargetFailure(f"the interpreter of {target.name} does not start: {lines[-1] if lines else 'no output'}; "
                        f"try {shlex.join(target.command)} -c pass, the log is {log_path}")


def _wait(process):
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
