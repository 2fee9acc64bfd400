# SPDX-License-Identifier: Apache-2.0
"""Inside a compiled program: imports what its snapshot is to hold, and makes anew at the start what a snapshot cannot.

A module whose import touches the world (time, randomness, files, environment, arguments, output) would freeze what it
found, so it is imported at each start, as ever, and with it all that import it. `Preparation` finds out which these
are: while it records, the host tells it of each call to the outside. Its plan comes in lines on standard input:

    record 1            0: nothing is recorded, this is what becomes the snapshot
    blocked NAMES       modules that are known to touch the world
    anew 1              the program may import modules once more: their code is kept
    library NAMES       what to import of the standard library, in this order
    program NAMES       and of the program, up to the first that is blocked, since the order may matter

and what it finds goes to standard output: behind a null byte, in lines: the module, a tab, what it did.
"""

import posix
import sys
import _taipan_generated_code
import _taipan_kept_code
from _frozen_importlib import FrozenImporter
from _taipan_importer import ImageLoader

DRAWS = "draws random numbers"
ENVIRONMENT = "reads the environment"
ARGUMENTS = "reads the arguments"

# What modules of the standard library do when they are imported, and start() or the module itself makes good.
TOLERATED = {
    "logging": ("asks for the time",),
    "random": ("asks for random bytes", DRAWS),
    "selectors": ("asks for the time",),
    "zoneinfo._tzpath": (ENVIRONMENT,),
}

MAXIMUM_LINE = 1 << 20


def read_host():
    """What the host has to say, up to now: bytes."""
    said = b""
    while piece := posix.read(0, MAXIMUM_LINE):
        said += piece
    return said


def read_plan():
    plan = {}
    for line in read_host().decode().splitlines():
        word, *names = line.split()
        plan[word] = names
    return plan


class Recorder:
    """Knows which module does what while it is imported."""

    def __init__(self, blocked):
        self.blocked = blocked
        self.importing = []
        self.found = {}
        self.random_state = None

    def note(self, effect):
        module = self.importing[-1] if self.importing else ""
        if effect not in TOLERATED.get(module, ()):
            self.found.setdefault(module, effect)

    def take(self):
        """Gives what has happened since the last time to the module that is being imported."""
        flush_streams()
        for effect in read_host().decode().splitlines():
            self.note(effect)
        random = sys.modules.get("random")
        if instance := getattr(random, "_inst", None):
            state = instance.getstate()
            if self.random_state not in (None, state):
                self.note(DRAWS)
            self.random_state = state

    def recording(self, execute):
        """An importer's exec_module, watched."""

        def exec_module(*arguments):
            module = arguments[-1]
            self.take()
            self.importing.append(module.__spec__.name)
            try:
                execute(*arguments)
            except BaseException as error:
                self.note(f"raises {type(error).__name__}")
                raise
            finally:
                self.take()
                self.importing.pop()

        return exec_module

    # As a finder, which comes before all others:
    def find_spec(self, name, path=None, target=None):
        if name in self.blocked:
            self.note(f"imports {name}")
            raise ImportError(name)
        return None

    def watch_environment(self):
        """Values that say when they are asked for. This process does not become the snapshot."""
        recorder = self

        def telling(base, effect, *methods):
            def teller(method):
                def told(*arguments, **keywords):
                    recorder.note(effect)
                    return method(*arguments, **keywords)
                return told
            return type(base.__name__, (base,), {name: teller(getattr(base, name)) for name in methods})

        import os
        os.environ._data = telling(dict, ENVIRONMENT, "__getitem__", "__iter__", "__len__", "__setitem__",
                                   "__delitem__")()
        sys.argv = telling(list, ARGUMENTS, "__getitem__", "__iter__", "__len__", "__contains__", "__delitem__",
                           "pop")([""])
        for name in ("getcwd", "getcwdb", "getpid", "getppid", "umask", "chdir"):
            if function := getattr(posix, name, None):
                def told(*arguments, function=function, name=name):
                    recorder.note(f"calls {name}()")
                    return function(*arguments)
                setattr(posix, name, told)
                setattr(os, name, told)


def flush_streams():
    """What was printed is an effect only when it is written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # a module has put something else in its place, or closed it


def try_import(name):
    try:
        __import__(name)
    except Exception:
        return False  # it will say so when the program imports it
    return True


class Preparation:
    """In two parts: what stands between them is C (runtime/bundle/snapshot.cpp)."""

    def __init__(self):
        self.plan = read_plan()
        self.is_recording = self.plan["record"] == ["1"]
        self.recorder = Recorder(frozenset(self.plan["blocked"]))

    def import_library(self):
        sys.meta_path.insert(0, self.recorder)
        if self.is_recording:
            self.recorder.watch_environment()
            ImageLoader.exec_module = self.recorder.recording(ImageLoader.exec_module)
            FrozenImporter.exec_module = self.recorder.recording(FrozenImporter.exec_module)
        for name in self.plan["library"]:
            if name not in self.plan["blocked"]:
                try_import(name)
        _taipan_generated_code.attach()
        # From the collector's sight: at the end of each program it would look at nothing else.
        import gc
        gc.collect()
        gc.freeze()

    def import_program(self):
        for name in self.plan["program"]:
            if name in self.plan["blocked"] or not try_import(name):
                break
        sys.meta_path.remove(self.recorder)
        _taipan_kept_code.settle(self.plan["anew"] == ["1"])
        found = "".join(f"{module}\t{effect}\n" for module, effect in self.recorder.found.items())
        posix.write(1, f"\0{found}".encode())
        if not self.is_recording:
            settle()


preparation = None


def prepare_library():
    global preparation
    preparation = Preparation()
    preparation.import_library()


def prepare_program():
    global preparation
    preparation.import_program()
    preparation = None


def hooks(moment):
    module = sys.modules.get("taipan.snapshot")
    return module._callbacks[moment] if module else ()


def settle():
    """The last thing before the snapshot."""
    for callback in hooks("before"):
        callback()
    import gc
    forget_hashes(gc.get_objects())
    sys.path_importer_cache.clear()
    flush_streams()
    gc.collect()


def forget_hashes(objects):
    """Those that modules written in Python keep (C code has its own: hash_renewal.cpp)."""
    if pathlib := sys.modules.get("pathlib"):
        for one in objects:
            if isinstance(one, pathlib.PurePath):
                try:
                    del one._hash
                except AttributeError:
                    pass


def start():
    """The first thing in a new process."""
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        renew_stream(name, number)
    for name, renew in RENEWALS.items():
        if module := sys.modules.get(name):
            renew(module)
    for callback in hooks("after"):
        callback()


def renew_stream(name, number):
    """The stream as Python makes it at its start, in the same objects: modules may have them by other names."""
    text = getattr(sys, f"__{name}__")
    buffer = text.buffer
    raw = buffer.raw
    environment = posix.environ
    encoding, _, errors = environment.get(b"PYTHONIOENCODING", b"").decode("ascii", "replace").partition(":")
    if name == "stderr":
        errors = "backslashreplace"
    encoding, errors = encoding or text.encoding, errors or text.errors
    is_unbuffered = bool(environment.get(b"PYTHONUNBUFFERED"))
    try:
        raw.__init__(number, "rb" if number == 0 else "wb", closefd=False)
    except OSError:
        setattr(sys, name, None)
        setattr(sys, f"__{name}__", None)
        return
    raw.name = f"<{name}>"
    if is_unbuffered and number > 0:
        buffer = buffer.detach()  # which would close it otherwise
    else:
        buffer.__init__(raw, raw._blksize if raw._blksize > 1 else 8192)
    text.__init__(buffer, encoding, errors, "\n", not is_unbuffered and (number == 2 or raw.isatty()), is_unbuffered)
    text.mode = "r" if number == 0 else "w"


def rehearse():
    """Runs the code on standard input: cpython/tools/rehearsal.py, marshalled."""
    import marshal
    exec(marshal.loads(read_host()), {})


def renew_random(module):
    module._inst.seed()


def renew_logging(module):
    import time
    module._startTime = time.time_ns()


def renew_time_zones(module):
    if b"PYTHONTZPATH" in posix.environ:
        module.reset_tzpath()


RENEWALS = {
    "random": renew_random,
    "logging": renew_logging,
    "zoneinfo": renew_time_zones,
}
