# SPDX-License-Identifier: Apache-2.0
"""`python3 -I wasmtime_engine.py FILE.wasm ARGS…`: Wasmtime as it comes, the working directory opened.

Its package is in build/wasmtime (wasmtime.txt says which), as is its cache of compiled modules.
"""

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "build/wasmtime"
sys.path.insert(0, str(FOLDER))

import wasmtime  # noqa: E402: found by the line above

TRAPPED = 134


def environment():
    """What the process was given; Python may have added to os.environ."""
    entries = Path("/proc/self/environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
    return [entry.split("=", 1) for entry in entries if "=" in entry]


def cached_engine():
    settings = FOLDER / "cache.toml"
    if not settings.exists():
        beside = settings.with_suffix(f".{os.getpid()}")
        beside.write_text(f'[cache]\ndirectory = "{FOLDER / "cache"}"\n')
        beside.replace(settings)
    config = wasmtime.Config()
    config.cache = str(settings)
    return wasmtime.Engine(config)


def world(file, arguments):
    wasi = wasmtime.WasiConfig()
    wasi.argv = [Path(file).name, *arguments]
    wasi.env = environment()
    wasi.preopen_dir(".", "/")
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    return wasi


def main(file, *arguments):
    engine = cached_engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    store.set_wasi(world(file, arguments))
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, file))
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as end:
        return end.code
    except wasmtime.Trap as trap:
        print(trap, file=sys.stderr)
        return TRAPPED
    return 0


os._exit(main(*sys.argv[1:]))
