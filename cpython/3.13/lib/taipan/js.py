# SPDX-License-Identifier: Apache-2.0
"""JavaScript from Python, in Node and in the browser: promises that are awaited, and coroutines that JavaScript calls.

    from taipan import js

    async def main():
        page = await js.run("fetch('data.json').then(answer => answer.json())")
        js.define("double", double)             # globalThis.double(21) is a promise of 42
        print(await js.run("double(21)"))

What goes from one to the other is what JSON can say. A program on WASI has no JavaScript around it.
"""

import asyncio
import errno
import json
import os

try:
    import _taipan_js
except ImportError:
    _taipan_js = None

__all__ = ("JsError", "define", "run")


class JsError(Exception):
    """What JavaScript threw, or what a promise was rejected with."""


async def run(text):
    """The value of a JavaScript expression; if that is a promise, what it is fulfilled with."""
    return await _bridge().run(text)


def define(name, function):
    """Makes a coroutine function one of JavaScript's: globalThis[name](...) gives a promise.

    It is called while the event loop that is running now runs.
    """
    _bridge().define(name, function)


class _Bridge:
    def __init__(self, loop):
        self._loop = loop
        self._input = _taipan_js.open()
        os.set_blocking(self._input, False)
        self._received = b""
        self._results = {}
        self._functions = {}
        self._tasks = set()
        self._last = 0
        loop.add_reader(self._input, self._receive)

    def run(self, text):
        self._last += 1
        result = self._results[self._last] = self._loop.create_future()
        _send(kind="run", id=self._last, text=text)
        return result

    def define(self, name, function):
        self._functions[name] = function
        _send(kind="define", name=name)

    def _receive(self):
        try:
            self._received += os.read(self._input, 65536)
        except BlockingIOError:
            return
        while len(self._received) >= 4:
            end = 4 + int.from_bytes(self._received[:4], "little")
            if len(self._received) < end:
                return
            message = json.loads(self._received[4:end])
            self._received = self._received[end:]
            self._take(message)

    def _take(self, message):
        if message["kind"] == "call":
            task = self._loop.create_task(self._call(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        result = self._results.pop(message["id"])
        if result.done():
            return  # nobody waits for it any more
        if "error" in message:
            result.set_exception(JsError(message["error"]))
        else:
            result.set_result(message["value"])

    async def _call(self, message):
        answer = {"kind": "reply", "id": message["id"]}
        try:
            answer["value"] = await self._functions[message["name"]](*message["arguments"])
            text = json.dumps(answer)
        except Exception as error:
            text = json.dumps({"kind": "reply", "id": message["id"], "error": f"{type(error).__name__}: {error}"})
        _taipan_js.send(text)


_bridges = {}


def _bridge():
    if _taipan_js is None:
        raise OSError(errno.ENOTSUP, "there is no JavaScript around this program; run it on node or browser")
    loop = asyncio.get_running_loop()
    if loop not in _bridges:
        if _bridges:
            [other] = _bridges
            if not other.is_closed():
                raise RuntimeError("another event loop speaks with JavaScript already")
            _bridges.clear()
        _bridges[loop] = _Bridge(loop)
    return _bridges[loop]


def _send(**message):
    _taipan_js.send(json.dumps(message))
