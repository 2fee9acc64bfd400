# SPDX-License-Identifier: Apache-2.0
"""CPython's own tests on a target, judged by the list of the failures that are expected there.

    run.py --target node                    everything; interrupted, the next run goes on
    run.py --target node --quick            the modules in quick.txt
    run.py --target wasi test_json test_os.FileTests

Runs with the native interpreter, whose standard library says which modules there are. See docs/testing.md.
"""

import argparse
import difflib
import hashlib
import signal
import sys
import time
from pathlib import Path

import catalog
import expectations
import report
import target as targets
from store import Store
from worker import ModuleRun

HERE = Path(__file__).resolve().parent
SECONDS_BETWEEN_LOOKS = 0.1

FAILED = 1
MISUSE = 2
INTERRUPTED = 130

LIST_HEADER = (
    "SPDX-License-Identifier: Apache-2.0",
    "",
    "CPython's own tests that are expected to fail on {target}: test, two spaces, and the reason why.",
)


class Misuse(Exception):
    """The command line asks for something that is not; the message is ready to print."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Misuse(f"{message}; see --help")


def parse(words):
    parser = Parser(prog="taipan test --python", description="Runs CPython's own tests inside a target.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a test module, a package of them, or a test in one")
    parser.add_argument("--target", default="node", help="node (if not given), browser, wasi or native")
    parser.add_argument("--quick", action="store_true", help="the modules of quick.txt only")
    parser.add_argument("--list", action="store_true", help="print the names of the modules and run nothing")
    parser.add_argument("--jobs", type=int, default=2, help="how many modules run at once (2)")
    parser.add_argument("--timeout", type=float, default=600, help="a test silent for so many seconds hangs (600)")
    parser.add_argument("--fresh", action="store_true", help="do not go on with an interrupted run")
    parser.add_argument("--stored", action="store_true", help="run nothing; judge what the last full run found")
    parser.add_argument("--record", action="store_true", help="write the failures found into the target's list")
    parser.add_argument("--save", action="store_true", help="write the counts of a full run into results/")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="write what passed and failed as JSON, too")
    parser.add_argument("--command", action="append", default=[], metavar="TARGET=COMMAND",
                        help="another command for the interpreter of a target")
    parser.add_argument("--modules", type=Path, metavar="FOLDER",
                        help="extension modules that only tests import; every test can import them")
    parser.add_argument("--work", type=Path, default=targets.REPOSITORY / "build/python-tests",
                        help="where results and logs are kept (build/python-tests)")
    options = parser.parse_args(words)
    check(options)
    return options


def check(options):
    if options.target not in targets.TARGETS:
        close = difflib.get_close_matches(options.target, targets.TARGETS, n=1)
        advice = f"did you mean {close[0]}?" if close else f"the targets are {', '.join(targets.TARGETS)}"
        raise Misuse(f"unknown target {options.target}; {advice}")
    whole = not (options.quick or options.names)
    if options.quick and options.names:
        raise Misuse("--quick and names of tests exclude each other; give one of them")
    if (options.save or options.stored or options.fresh) and not whole:
        raise Misuse("--save, --stored and --fresh are for full runs; leave the names and --quick out")
    if options.jobs < 1:
        raise Misuse(f"cannot run {options.jobs} modules at once; --jobs is 1 or more")
    for override in options.command:
        if override.partition("=")[0] not in targets.TARGETS or "=" not in override:
            raise Misuse(f"--command {override} names no target; write --command node='COMMAND WORDS'")


def modules_in(file):
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def modules_for(target):
    return modules_in("compiled.txt") if target == "compiled" else catalog.all_modules()


def quick_modules(modules):
    return [name for name in modules_in("quick.txt") if name in modules or name.partition(".")[0] in modules]


class Run:
    """One run of the tests on a target, from what is selected to what is printed."""

    def __init__(self, options):
        self._options = options
        self._modules = modules_for(options.target)
        self._target = targets.Target.named(options.target, dict(word.split("=", 1) for word in options.command))
        if options.modules:
            self._target = self._target.with_modules(options.modules)
        self._whole = not (options.quick or options.names)
        names = quick_modules(self._modules) if options.quick else options.names
        self._selections = catalog.select(names or self._modules, self._modules)
        self._list_path = HERE / "expected" / f"{options.target}.txt"
        self._results_path = HERE / "results" / f"{options.target}.json"
        self._reasons = self._read_reasons(options)
        self._store = Store(options.work / options.target / ("full" if self._whole else "selected"))
        self._results = {}
        self._verdict = expectations.Verdict()
        self._printed = 0

    def _read_reasons(self, options):
        """What is expected to fail: on the target, and with it on the one that it is run on."""
        reasons = expectations.read(self._list_path, allow_todo=options.record or options.stored)
        if base := targets.BASES.get(options.target):
            inherited = expectations.read(HERE / "expected" / f"{base}.txt")
            reasons = {test: reason for test, reason in inherited.items()
                       if test.partition(".")[0] in self._modules} | reasons
        return reasons

    def list(self):
        print("\n".join(selection.module for selection in self._selections))
        return 0

    def main(self):
        if self._options.stored:
            facts = self._store.facts()
            if facts is None:
                raise Misuse(f"no run of {self._target.name} is stored; run it without --stored first")
            self._take_stored()
        else:
            facts = self._run_in_scratch()
        return self._conclude(facts)

    def _run_in_scratch(self):
        scratch = targets.make_scratch(self._target)
        self._target = self._target.in_scratch(scratch)
        try:
            facts = targets.ask_facts(self._target, scratch, self._store.log_path("start"))
            facts["driver"] = hashlib.sha256((HERE / "one.py").read_bytes()).hexdigest()
            print(report.start_line(self._target, facts, self._selections, self._options.jobs), flush=True)
            self._prepare_store(facts)
            self._run_all([it for it in self._selections if it.name not in self._results], scratch)
        finally:
            targets.remove_scratch(scratch)
        return facts

    def _prepare_store(self, facts):
        """Goes on with what an interrupted run of the same interpreter has found, or forgets it."""
        found = self._store.results(self._modules)
        same = self._store.facts() == facts and 0 < len(found) < len(self._modules)
        if self._whole and same and not self._options.fresh:
            print(f"going on with an interrupted run, {report.plural(len(found), 'module')} done; "
                  "--fresh starts over", flush=True)
            self._take_stored()
            return
        self._store.clear()
        self._store.set_facts(facts)

    def _take_stored(self):
        for result in self._store.results(self._modules).values():
            self._take(result)

    def _run_all(self, selections, scratch):
        waiting = self._longest_first(selections)
        running = []
        try:
            while waiting or running:
                while waiting and len(running) < self._options.jobs:
                    selection = waiting.pop(0)
                    running.append(ModuleRun(self._target, selection, self._reasons, self._options.timeout, scratch,
                                             self._store.log_path(selection.name)))
                time.sleep(SECONDS_BETWEEN_LOOKS)
                for run in [run for run in running if run.step()]:
                    running.remove(run)
                    self._store.add(run.result)
                    self._print_module(run.result, self._take(run.result))
        finally:
            for run in running:
                run.close()

    def _longest_first(self, selections):
        """So that no long module is left alone at the end; what is new may be long."""
        seconds = report.durations(self._results_path)
        return sorted(selections, key=lambda selection: -seconds.get(selection.module, 1e9))

    def _take(self, result):
        self._results[result.selection.name] = result
        verdict = expectations.judge(result.selection, result.outcomes, self._reasons)
        self._verdict.add(verdict)
        return verdict

    def _print_module(self, result, verdict):
        self._printed += 1
        total = len(self._selections)
        number = self._printed if not self._whole else len(self._results)
        print(report.module_line(number, total, result, verdict), flush=True)

    def _conclude(self, facts):
        if self._options.record:
            self._record()
        if self._options.save:
            if len(self._results) < len(self._modules):
                raise Misuse(f"only {len(self._results)} of {len(self._modules)} modules have been run; "
                             "finish the run before --save")
            self._results_path.parent.mkdir(exist_ok=True)
            report.save(self._results_path, self._target, facts, self._results)
        for line in report.surprises(self._verdict):
            print(line)
        if self._verdict.surprises:
            print(f"what the tests printed is in {self._store.folder}")
        if self._options.summary:
            self._options.summary.write_text(report.counts_as_json(self._verdict), encoding="utf-8")
        print("\n".join(report.summary(len(self._results), self._verdict)), flush=True)
        return FAILED if self._verdict.surprises else 0

    def _record(self):
        reasons = self._reasons
        for result in self._results.values():
            reasons = expectations.renew(result.selection, result.outcomes, reasons)
        header = [line.format(target=self._target.name) for line in LIST_HEADER]
        self._list_path.parent.mkdir(exist_ok=True)
        expectations.write(self._list_path, reasons, header)
        self._judge_again(reasons)
        print(f"wrote {report.plural(len(reasons), 'expected failure')} to {self._list_path}")

    def _judge_again(self, reasons):
        self._reasons = reasons
        self._verdict = expectations.Verdict()
        for result in self._results.values():
            self._verdict.add(expectations.judge(result.selection, result.outcomes, reasons))


def interrupt(number, frame):
    raise KeyboardInterrupt


def main(words):
    signal.signal(signal.SIGTERM, interrupt)
    try:
        options = parse(words)
        run = Run(options)
        return run.list() if options.list else run.main()
    except (Misuse, catalog.UnknownName) as problem:
        print(f"taipan: {problem}", file=sys.stderr)
        return MISUSE
    except (expectations.BadList, targets.TargetFailure) as problem:
        print(f"taipan: {problem}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
