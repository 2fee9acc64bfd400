"""Memory that processes share without a lock, printed so that any target can be compared with any other."""

import ctypes
import fcntl
import mmap
import multiprocessing as mp
import os
import signal
import tempfile
import threading
import time
from multiprocessing import managers, shared_memory, sharedctypes

MEGABYTE = 1 << 20


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


def run(target, *arguments):
    process = mp.Process(target=target, args=arguments)
    process.start()
    process.join()
    print(process.exitcode)


def change(number, numbers, point):
    number.value += 1
    numbers[1:3] = [10 * value for value in numbers[1:3]]
    point.x, point.y = point.x + 1, point.y / 2


def raw():
    number, numbers, point = sharedctypes.RawValue("i", 41), mp.RawArray("d", range(5)), mp.Value(Point, 3, 5, lock=False)
    run(change, number, numbers, point)
    print(number.value, numbers[:], point.x, point.y)
    guarded = mp.Value("i", 1, lock=threading.Lock())
    try:
        mp.Process(target=print, args=(guarded,)).start()
    except TypeError as error:
        print(error)


def fill(name, number, of):
    memory = shared_memory.SharedMemory(name)
    for index in range(number, 100, of):
        memory.buf[index] = 2 * index
    memory.close()


def by_name():
    memory = shared_memory.SharedMemory(create=True, size=100)
    processes = [mp.Process(target=fill, args=(memory.name, number, 3)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print([process.exitcode for process in processes], bytes(memory.buf[:100]) == bytes(range(0, 200, 2)))
    again = shared_memory.SharedMemory(memory.name)
    again.buf[0] = 7
    print(memory.buf[0], os.fstat(again._fd).st_size >= 100)
    again.close()
    memory.close()
    memory.unlink()
    for call in (lambda: shared_memory.SharedMemory(memory.name), memory.unlink):
        try:
            call()
        except FileNotFoundError as error:
            print(error.strerror)


def spread(memory, done):
    """Changes a byte here and there of much."""
    for place in range(0, memory.size, MEGABYTE):
        memory.buf[place] += 1
    memory.buf[memory.size - 1] = 255
    done.send(sum(memory.buf[place] for place in range(0, memory.size, MEGABYTE)))


def large():
    memory = shared_memory.SharedMemory(create=True, size=8 * MEGABYTE)
    memory.buf[:] = bytes(8 * MEGABYTE)
    memory.buf[MEGABYTE] = 5
    mine, its = mp.Pipe()
    process = mp.Process(target=spread, args=(memory, its))
    process.start()
    print(mine.recv(), [memory.buf[place] for place in range(0, memory.size, MEGABYTE)], memory.buf[-1])
    process.join()
    memory.close()
    memory.unlink()


def answer(numbers, turns):
    """Waits for odd numbers, in Python code alone."""
    for turn in range(1, 2 * turns, 2):
        while numbers[0] != turn:
            pass
        numbers[0] = turn + 1


def looking():
    numbers, turns = mp.RawArray("i", 1), 3
    process = mp.Process(target=answer, args=(numbers, turns))
    process.start()
    for turn in range(0, 2 * turns, 2):
        while numbers[0] != turn:
            time.sleep(0.001)
        numbers[0] = turn + 1
    process.join()
    print(process.exitcode, numbers[0])


def leave(numbers, code):
    numbers[0] = code
    os._exit(code)


def endings():
    numbers = mp.RawArray("i", 1)
    run(leave, numbers, 3)
    print(numbers[0])
    numbers = mp.RawArray("i", 1)
    run(set_in_thread, numbers)
    print(numbers[0])


def set_in_thread(numbers):
    thread = threading.Thread(target=numbers.__setitem__, args=(0, 9))
    thread.start()
    thread.join()


def add(queue, numbers, index):
    for _ in range(50):
        queue.put(index)
        numbers[index] += 1
    queue.put(None)


def beside_each_other():
    """Bytes side by side, of which each is another's."""
    numbers, queue = mp.RawArray("B", 4), mp.Queue()
    processes = [mp.Process(target=add, args=(queue, numbers, index)) for index in range(4)]
    for process in processes:
        process.start()
    ended, seen = 0, [0] * 4
    while ended < len(processes):
        index = queue.get()
        if index is None:
            ended += 1
        else:
            seen[index] += 1
    for process in processes:
        process.join()
    print(seen, numbers[:])


def sort(items):
    items[0], items[-1] = items[-1], items[0]


def lists():
    with managers.SharedMemoryManager() as manager:
        items = manager.ShareableList(["b", 2.5, None, True, b"bytes", -7])
        run(sort, items)
        print(list(items), items.count(True), items.index(2.5))
        memory = manager.SharedMemory(size=10)
        memory.buf[:5] = b"shown"
        print(bytes(memory.buf[:5]))


def read_only():
    memory = shared_memory.SharedMemory(create=True, size=10)
    with mmap.mmap(memory._fd, 10, access=mmap.ACCESS_READ) as seen:
        memory.buf[3] = 65
        memory._mmap.flush()
        print(seen[3:4])
    with mmap.mmap(memory._fd, 5, access=mmap.ACCESS_READ) as seen, mmap.mmap(memory._fd, 7) as written:
        written[2] = 67
        written.flush()
        print(seen[2:4])
    with mmap.mmap(memory._fd, 10, access=mmap.ACCESS_COPY) as copy:
        copy[4] = 66
        print(copy[3:5], memory.buf[4])
    memory.close()
    memory.unlink()


def add_under_file_lock(path, numbers):
    """A lock that is given back by a close."""
    for _ in range(20):
        with open(path) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            numbers[0] += 1


def answer_signal(numbers, ready):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    ready.set()
    signal.sigwait([signal.SIGUSR1])
    numbers[1] = numbers[0] + 1


def attach_again_and_again(name):
    for _ in range(20):
        memory = shared_memory.SharedMemory(name)
        memory.buf[0]
        memory.close()


def attach_in_threads(name):
    threads = [threading.Thread(target=attach_again_and_again, args=(name,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def signs():
    """Other ways to learn that something is written."""
    numbers = mp.RawArray("i", 2)
    with tempfile.NamedTemporaryFile() as file:
        processes = [mp.Process(target=add_under_file_lock, args=(file.name, numbers)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    print(numbers[0])
    ready = mp.Event()
    process = mp.Process(target=answer_signal, args=(numbers, ready))
    process.start()
    ready.wait()
    numbers[0] = 100
    os.kill(process.pid, signal.SIGUSR1)
    process.join()
    print(process.exitcode, numbers[1])
    memory = shared_memory.SharedMemory(create=True, size=10)
    run(attach_in_threads, memory.name)
    memory.close()
    memory.unlink()


def main():
    mp.set_start_method("spawn")
    for part in (raw, by_name, large, looking, endings, beside_each_other, lists, read_only, signs):
        print("--", part.__name__, flush=True)
        part()


if __name__ == "__main__":
    main()
