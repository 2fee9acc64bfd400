# SPDX-License-Identifier: Apache-2.0
"""A pseudo terminal within one process, and with another process at its other side."""

import errno
import fcntl
import os
import struct
import subprocess
import sys
import termios
import time
import tty

CHILD = """
import fcntl, getpass, os, signal, sys, termios, time
print(os.isatty(0), os.ttyname(0) == os.ttyname(1), os.getsid(0) == os.getpid())
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
print(os.tcgetpgrp(0) == os.getpgrp(), os.isatty(os.open("/dev/tty", os.O_RDWR)))
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH})
print(input("name? "), flush=True)
signal.sigwait({signal.SIGWINCH})
try:
    print("window", termios.tcgetwinsize(0), flush=True)
    while True:
        time.sleep(0.01)
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(getpass.getpass())
"""


def waiting(descriptor):
    return struct.unpack("i", fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)))[0]


def alone():
    master, slave = os.openpty()
    print(os.isatty(master), os.isatty(slave), os.ttyname(slave) == os.ptsname(master))
    attributes = termios.tcgetattr(slave)
    print([hex(flags) for flags in attributes[:4]], attributes[4:6], attributes[6])
    os.write(master, b"hello\n")
    print(os.read(slave, 100), os.read(master, 100))
    os.write(slave, b"out\n")
    print(os.read(master, 100))
    tty.setraw(slave)
    os.write(master, b"x\x03")
    print(os.read(slave, 10))
    termios.tcsetwinsize(master, (11, 22))
    print(termios.tcgetwinsize(slave), os.get_terminal_size(slave))
    os.write(master, b"abc")
    deadline = time.monotonic() + 5
    while waiting(slave) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)  # what is typed arrives when the system comes to it
    print(waiting(slave))
    termios.tcflush(slave, termios.TCIFLUSH)
    print(waiting(slave))
    termios.tcdrain(slave)
    termios.tcflow(slave, termios.TCOON)
    os.close(slave)
    try:
        os.read(master, 10)
    except OSError as error:
        print(errno.errorcode[error.errno])
    os.close(master)


def with_another():
    master, slave = os.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    output = b""

    def read_until(text):
        nonlocal output
        while text not in output:
            output += os.read(master, 1000)

    read_until(b"name? ")
    os.write(master, b"bobo\x7f\n")
    read_until(b"\r\nbob\r\n")
    termios.tcsetwinsize(master, (33, 44))
    read_until(b"44)\r\n")
    os.write(master, b"\x03")
    read_until(b"interrupted")
    read_until(b"Password: ")
    os.write(master, b"sesame\n")
    try:
        while part := os.read(master, 1000):
            output += part
    except OSError as error:
        print(errno.errorcode[error.errno])
    print(output.decode().replace("\r", ""), child.wait())


alone()
with_another()
