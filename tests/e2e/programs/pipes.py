"""Pipes between the threads of a program: they make wait, fill up and end."""

import errno
import os
import select
import selectors
import signal
import threading
import time


def in_thread(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    return thread


def waiting():
    out, into = os.pipe()
    thread = in_thread(lambda: (time.sleep(0.02), os.write(into, b"late")))
    print(os.read(out, 100))
    thread.join()
    thread = in_thread(lambda: (time.sleep(0.02), os.close(into)))
    print(os.read(out, 100))
    thread.join()
    os.close(out)


def back_pressure():
    out, into = os.pipe()
    data = os.urandom(1_000_000)

    def fill():
        with open(into, "wb", buffering=0) as file:
            print("written", file.write(data))

    thread = in_thread(fill)
    got = b""
    while piece := os.read(out, 30_000):
        got += piece
        time.sleep(0)
    thread.join()
    print("the same", got == data)
    os.close(out)


def not_blocking():
    out, into = os.pipe()
    os.set_blocking(out, False)
    os.set_blocking(into, False)
    print(os.get_blocking(out), os.get_blocking(into))
    try:
        os.read(out, 1)
    except BlockingIOError as error:
        print(error.errno == errno.EAGAIN)
    written = 0
    try:
        while True:
            written += os.write(into, bytes(10_000))
    except BlockingIOError:
        print("full", 60_000 < written <= 65_536)
    os.set_blocking(out, True)
    print(len(os.read(out, 5000)), os.get_blocking(out))
    os.close(out)
    try:
        os.write(into, b"x")
    except BrokenPipeError:
        print("broken")
    os.close(into)


def duplicates():
    out, into = os.pipe()
    again = os.dup(into)
    os.close(into)
    os.write(again, b"by the other")
    os.close(again)
    print(os.read(out, 100), os.read(out, 100))
    os.close(out)
    try:
        os.read(out, 1)
    except OSError as error:
        print(error.errno == errno.EBADF)


def polling():
    out, into = os.pipe()
    began = time.monotonic()
    print(select.select([out], [into], [], 0) == ([], [into], []), select.select([out], [], [], 0.02))
    print(time.monotonic() - began >= 0.02)
    poll = select.poll()
    poll.register(out, select.POLLIN)
    print(poll.poll(0), poll.poll(10))
    thread = in_thread(lambda: (time.sleep(0.02), os.write(into, b"x")))
    print(poll.poll() == [(out, select.POLLIN)], select.select([out], [], []) == ([out], [], []))
    thread.join()
    os.read(out, 1)
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ, "the pipe")
        print(selector.select(0.01))
        os.close(into)
        print([(key.data, events) for key, events in selector.select()])
    os.close(out)
    try:
        select.select([out], [], [], 0)
    except OSError as error:
        print(error.errno == errno.EBADF)


def interrupted():
    """A signal's handler runs while the main thread waits, and the wait goes on."""
    out, into = os.pipe()
    came = []
    signal.signal(signal.SIGALRM, lambda number, frame: came.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    thread = in_thread(lambda: (time.sleep(0.06), os.write(into, b"data")))
    print(os.read(out, 10), len(came))
    thread.join()
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    thread = in_thread(lambda: (time.sleep(0.06), os.write(into, b"data")))
    print(select.select([out], [], []) == ([out], [], []), len(came))
    thread.join()
    os.set_blocking(into, False)
    previous = signal.set_wakeup_fd(into)
    os.read(out, 10)
    signal.raise_signal(signal.SIGALRM)
    print(previous, os.read(out, 10) == bytes([signal.SIGALRM]))
    signal.set_wakeup_fd(-1)
    os.close(out)
    os.close(into)


def text():
    out, into = os.pipe()
    with open(out, encoding="utf-8") as reader, open(into, "w", encoding="utf-8", buffering=1) as writer:
        lines = []
        thread = in_thread(lambda: lines.extend(reader.readline() for _ in range(3)))
        for line in ("one\n", "zwei ä\n", "three\n"):
            writer.write(line)
            time.sleep(0.002)
        thread.join()
    print(lines)


waiting()
back_pressure()
not_blocking()
duplicates()
polling()
interrupted()
text()
