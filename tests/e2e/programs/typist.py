# SPDX-License-Identifier: Apache-2.0
"""Sits at a terminal and types: starts a command there, follows steps, says what it saw.

The first argument is a list in JSON: {"wait": text} waits until the text has been written, {"send": text} types,
{"resize": [rows, columns]} does that, {"lines": false} waits until keys are no lines any more (true: until they are), {"pause": seconds} gives a program the time to finish what it has shown already.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE = 60


class Typist:
    def __init__(self, command):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)
        self.output = b""
        self.seen = 0
        self.resize([24, 80])

    def resize(self, size):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    def send(self, text):
        os.write(self.master, text.encode())

    def wait(self, text):
        deadline = time.monotonic() + PATIENCE
        while (at := self.output.find(text.encode(), self.seen)) < 0:
            if time.monotonic() > deadline or not self.read():
                raise SystemExit(f"never saw {text!r} in {self.output[self.seen:]!r}")
        self.seen = at + len(text.encode())

    def pause(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.02)

    def lines(self, wanted):
        deadline = time.monotonic() + PATIENCE
        while bool(termios.tcgetattr(self.master)[3] & termios.ICANON) != wanted:
            if time.monotonic() > deadline:
                raise SystemExit("the terminal was not set")
            self.read(0.02)

    def read(self, seconds=0.2):
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            part = os.read(self.master, 65536)
        except OSError:
            return False
        self.output += part
        return part != b""

    def finish(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.read():
            pass
        flags = termios.tcgetattr(self.master)[3]
        return {
            "code": os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]),
            "output": self.output.decode(),
            "cooked": bool(flags & termios.ICANON and flags & termios.ECHO),
        }


typist = Typist(sys.argv[2:])
for step in json.loads(sys.argv[1]):
    for action, argument in step.items():
        getattr(typist, action)(argument)
print(json.dumps(typist.finish()))
