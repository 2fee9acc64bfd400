# SPDX-License-Identifier: Apache-2.0
"""What threads cost: prints one line of JSON with milliseconds, microseconds and nanoseconds (bench/threads.ts)."""

import json
import statistics
import threading
import time


def settled(measure, *arguments):
    """What it comes to when the engine has compiled what runs often: the median of the last three of ten times."""
    return statistics.median([measure(*arguments) for _ in range(10)][-3:])


def start_and_join(count):
    """Milliseconds for `count` threads that are alive together."""
    gate = threading.Event()
    threads = [threading.Thread(target=gate.wait) for _ in range(count)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) * 1e3


def hand_over(count):
    """Microseconds from one thread to another by a lock."""
    there, back = threading.Lock(), threading.Lock()
    there.acquire()
    back.acquire()

    def answer():
        for _ in range(count):
            there.acquire()
            back.release()

    thread = threading.Thread(target=answer)
    thread.start()
    began = time.perf_counter()
    for _ in range(count):
        there.release()
        back.acquire()
    elapsed = time.perf_counter() - began
    thread.join()
    return elapsed / count / 2 * 1e6


def uncontended(count):
    """Nanoseconds for acquire and release of a lock that nobody else wants."""
    lock = threading.Lock()
    began = time.perf_counter()
    for _ in range(count):
        lock.acquire()
        lock.release()
    return (time.perf_counter() - began) / count * 1e9


def starved(seconds):
    """Milliseconds that the main thread waits at most for its turn beside one that computes, when it sleeps for one."""
    is_over = False

    def compute():
        while not is_over:
            pass

    thread = threading.Thread(target=compute)
    thread.start()
    longest, end = 0, time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        time.sleep(0.001)
        longest = max(longest, time.perf_counter() - began - 0.001)
    is_over = True
    thread.join()
    return longest * 1e3


start_and_join(10)
print(json.dumps({
    "1,000 threads, ms": start_and_join(1000),
    "lock handed over, us": settled(hand_over, 20_000),
    "lock nobody else wants, ns": settled(uncontended, 300_000),
    "longest wait beside a busy thread, ms": starved(1),
}))
