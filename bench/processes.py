# SPDX-License-Identifier: Apache-2.0
"""What processes cost: prints one line of JSON (bench/processes.ts). Seconds, megabytes (10^6) and counts."""

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from multiprocessing import shared_memory

PIECE = 65536


def settled(measure, *arguments):
    """What it comes to when the engine has compiled what runs often: the median of the last three of five times."""
    return statistics.median([measure(*arguments) for _ in range(5)][-3:])


def start_and_wait(count):
    """Seconds for a process that does nothing: the median of `count`."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(time.perf_counter() - began)
    return sorted(times)[count // 2]


def read_all(megabytes):
    """Megabytes a second out of another process, in pieces of 64 KiB."""
    count = megabytes * 1_000_000 // PIECE
    code = f"import os\ndata = bytes({PIECE})\nfor _ in range({count}): os.write(1, data)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, bufsize=0)
    source = process.stdout.fileno()
    received = len(os.read(source, PIECE))
    began = time.perf_counter()
    while data := os.read(source, PIECE):
        received += len(data)
    elapsed = time.perf_counter() - began
    process.wait()
    assert received == count * PIECE
    return received / 1e6 / elapsed


def round_trips(count):
    """Small messages there and back a second."""
    code = "import os\nwhile data := os.read(0, 100): os.write(1, data)"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    there, back = process.stdin.fileno(), process.stdout.fileno()
    os.write(there, b"begin")
    os.read(back, 100)
    began = time.perf_counter()
    for _ in range(count):
        os.write(there, b"x")
        os.read(back, 100)
    elapsed = time.perf_counter() - began
    process.stdin.close()
    process.wait()
    return count / elapsed


def count_up(counter, count):
    for _ in range(count):
        with counter.get_lock():
            counter.value += 1


def shared_counter(count):
    """How often a second two processes count up a Value, one and then the other."""
    context = multiprocessing.get_context("spawn")
    counter = context.Value("i")
    with context.Pool(2, set_counter, (counter,)) as pool:
        pool.map(count_shared, [10] * 4, chunksize=1)
        began = time.perf_counter()
        pool.map(count_shared, [count // 2] * 2, chunksize=1)
        elapsed = time.perf_counter() - began
    assert counter.value == 40 + count // 2 * 2
    return count / elapsed


def set_counter(counter):
    global shared
    shared = counter


def count_shared(count):
    count_up(shared, count)


def request_beside_shared(megabytes, count):
    """Milliseconds for a small write to a pipe or a read from it, in a process with so much shared memory."""
    memory = shared_memory.SharedMemory(create=True, size=megabytes << 20)
    source, sink = os.pipe()
    began = time.perf_counter()
    for _ in range(count):
        os.write(sink, b"x")
        os.read(source, 1)
    elapsed = time.perf_counter() - began
    memory.close()
    memory.unlink()
    return 1000 * elapsed / count / 2


def work(count):
    total = 0
    for number in range(count):
        total += number * number % 7
    return total


def pool_speed_up(pieces, size):
    """How many times faster a pool of two is than one process, with the processes there already."""
    began = time.perf_counter()
    expected = [work(size) for _ in range(pieces)]
    alone = time.perf_counter() - began
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(work, [1000] * 4)
        began = time.perf_counter()
        assert pool.map(work, [size] * pieces, chunksize=1) == expected
        return alone / (time.perf_counter() - began)


def main():
    print(json.dumps({
        "subprocess.run of a Python that does nothing, s": start_and_wait(7),
        "a pipe in pieces of 64 KiB, MB/s": settled(read_all, 200),
        "round trips through two pipes, 1/s": settled(round_trips, 5000),
        "counts of a Value by two processes, 1/s": shared_counter(4000),
        "a request of a process with 64 MB of shared memory, ms": request_beside_shared(64, 20),
        # Long enough that what a new process computes slowly at first does not count: some seconds for one process.
        "Pool(2) beside one process, times faster": pool_speed_up(8, 2_000_000),
    }))


if __name__ == "__main__":
    main()
