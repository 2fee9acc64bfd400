# SPDX-License-Identifier: Apache-2.0
"""Says what the interpreter that runs it is, has and can do, as one line of JSON: describe.py MODULES-JSON.

MODULES-JSON is the table of extension modules with what is known about them; the rest is found out by trying.
"""

import importlib.util
import json
import os
import platform
import sys
import sysconfig
import warnings


def identity():
    facts = {
        "sys.platform": sys.platform,
        "os.name": os.name,
        "platform.machine()": platform.machine(),
        "platform.platform()": platform.platform(),
        "os.uname()": list(os.uname()),
        "sysconfig.get_platform()": sysconfig.get_platform(),
        "EXT_SUFFIX": sysconfig.get_config_var("EXT_SUFFIX"),
    }
    emscripten = getattr(sys, "_emscripten_info", None)
    if emscripten is not None:
        facts["sys._emscripten_info"] = {
            "emscripten_version": list(emscripten.emscripten_version),
            "runtime": emscripten.runtime,
            "pthreads": emscripten.pthreads,
            "shared_memory": emscripten.shared_memory,
        }
    return facts


def version_of(module, attribute):
    try:
        value = getattr(__import__(module), attribute)
    except (ImportError, AttributeError):
        return None
    return value if isinstance(value, str) else ".".join(map(str, value))


def versions():
    found = {
        "python": platform.python_version(),
        "compiler": platform.python_compiler(),
        "openssl": version_of("ssl", "OPENSSL_VERSION"),
        "sqlite": version_of("sqlite3", "sqlite_version"),
        "zlib": version_of("zlib", "ZLIB_RUNTIME_VERSION"),
        "expat": version_of("pyexpat", "EXPAT_VERSION"),
    }
    return {name: version for name, version in found.items() if version}


def kind_of(module):
    if module in sys.builtin_module_names:
        return "built in"
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        return "absent"
    if spec.origin.endswith(".py"):
        return "in Python"
    return "loadable"


def modules(table):
    platform_notes = {}
    for name, notes in table.items():
        kind = kind_of(name)
        note = notes.get(sys.platform) or notes.get("wasm" if sys.platform in ("emscripten", "wasi") else "") or ""
        if kind != "absent":
            try:
                importlib.import_module(name)
            except ImportError as error:
                kind, note = "absent", str(error)
        platform_notes[name] = {"kind": kind, "note": note}
    return platform_notes


def try_threads():
    import threading

    ran = []
    thread = threading.Thread(target=lambda: ran.append(1))
    thread.start()
    thread.join()
    assert ran


def try_processes():
    import subprocess

    subprocess.run([sys.executable or "python", "-c", "pass"], check=True)


def try_shell():
    import subprocess

    assert subprocess.check_output("echo $((6 * 7)) | cat", shell=True) == b"42\n"


def try_multiprocessing():
    import multiprocessing

    queue = multiprocessing.get_context("spawn").Queue()
    with multiprocessing.get_context("spawn").Lock():
        queue.put(1)
        assert queue.get() == 1


def try_pipes():
    reader, writer = os.pipe()
    os.write(writer, b"x")
    assert os.read(reader, 1) == b"x"
    os.close(reader)
    os.close(writer)


def try_sockets():
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"x")
            assert server.accept()[0].recv(1) == b"x"


def try_files():
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 10)
        assert file.tell() == 10


def try_signals():
    import signal

    assert signal.signal(signal.SIGINT, signal.default_int_handler) is not None
    if hasattr(signal, "pthread_sigmask"):
        received = []
        signal.signal(signal.SIGUSR1, lambda number, frame: received.append(number))
        signal.raise_signal(signal.SIGUSR1)
        assert received


def try_foreign_functions():
    import ctypes

    assert ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(41) == 42


def try_asyncio():
    import asyncio

    async def main():
        await asyncio.sleep(0)

    asyncio.run(main())


def try_tls():
    import ssl

    ssl.create_default_context()


FEATURES = {
    "files": try_files,
    "pipes": try_pipes,
    "signals": try_signals,
    "asyncio": try_asyncio,
    "foreign functions (ctypes)": try_foreign_functions,
    "TLS": try_tls,
    "threads": try_threads,
    "processes": try_processes,
    "commands of a shell": try_shell,
    "multiprocessing": try_multiprocessing,
    "sockets (of this machine)": try_sockets,
}


def features():
    # What fails half way leaves objects that complain when they go; the reason is in the result.
    sys.unraisablehook = lambda unraisable: None
    warnings.simplefilter("ignore")
    results = {}
    for name, attempt in FEATURES.items():
        try:
            attempt()
            results[name] = {"works": True, "why": ""}
        except BaseException as error:
            results[name] = {"works": False, "why": f"{type(error).__name__}: {error}".splitlines()[0]}
    return results


print(
    json.dumps(
        {
            "identity": identity(),
            "versions": versions(),
            "modules": modules(json.loads(sys.argv[1])),
            "features": features(),
        }
    )
)
