"""What multiprocessing shares under a lock, printed so that any target can be compared with any other."""

import ctypes
import multiprocessing as mp
import os
import signal
import threading
import time
from multiprocessing import sharedctypes

ROUNDS = 50


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


def start_and_join(target, arguments):
    processes = [mp.Process(target=target, args=one) for one in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])


def count(counter):
    for _ in range(ROUNDS):
        with counter.get_lock():
            counter.value += 1


def count_deeper(counter, other):
    for _ in range(ROUNDS):
        with counter:
            with other.get_lock():
                other.value -= 1
                counter.value += 1
            counter.acquire()
            counter.value += 1
            counter.release()


def counters():
    counter = mp.Value("i", 100)
    start_and_join(count, [(counter,)] * 3)
    print(counter.value)
    lock = mp.RLock()
    up, down = mp.Value("i", 0, lock=lock), mp.Value("d", 0.5, lock=lock)
    start_and_join(count_deeper, [(up, down)] * 2)
    print(up.value, down.value, up.get_lock() is down.get_lock())
    plain = mp.Value("q", 2**40, lock=mp.Lock())
    with plain.get_lock():
        plain.get_obj().value += 1
    start_and_join(add_to_object, [(plain,)] * 2)
    print(plain.value)


def add_to_object(value):
    with value.get_lock():
        value.get_obj().value += 1


def count_in_threads(counter, same, other):
    threads = [threading.Thread(target=count, args=(counter,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with same:
        same.value += 1
    with other.get_lock():
        other.get_obj().value += 2


def locks():
    counter = mp.Value("i", 0)
    same, other = mp.Value("i", 0, lock=counter), mp.Value("i", 0, lock=mp.Semaphore(1))
    start_and_join(count_in_threads, [(counter, same, other)] * 2)
    print(counter.value, same.value, other.value)
    with counter:
        process = mp.Process(target=count, args=(counter,))
        process.start()
        counter.value = 1000  # given away already, and held still
    process.join()
    print(counter.value)
    try:
        counter.release()
    except AssertionError as error:
        print(error)


def look(value, is_over):
    while not is_over.is_set():
        value.get_obj()


def counting_and_looking():
    counter, is_over = mp.Value("i"), threading.Event()
    start_and_join(count, [(counter,)])
    looking = threading.Thread(target=look, args=(counter, is_over))
    looking.start()
    for _ in range(4):
        count(counter)
    is_over.set()
    looking.join()
    print(counter.value)


def fill(array, number, of):
    for index in range(number, len(array), of):
        array[index] = index * index


def change(text, point, numbers):
    text.value = text.value[::-1]
    with point:
        point.x, point.y = point.x + 1, point.y / 2
    numbers[1:3] = [number * 10 for number in numbers[1:3]]


def fill_without_lock(array, number, of):
    part = array.get_obj()
    for index in range(number, len(part), of):
        part[index] = index + 0.5


def arrays():
    array = mp.Array("l", 12)
    start_and_join(fill, [(array, number, 3) for number in range(3)])
    print(array[:], list(array) == [n * n for n in range(12)], len(array))
    text, numbers = mp.Array("c", b"stressed"), mp.Array("h", range(5))
    point = mp.Value(Point, 3, 5.0)
    start_and_join(change, [(text, point, numbers)])
    print(text.value, text.raw, point.x, point.y, numbers[:])
    halves = mp.Array("d", 10)
    start_and_join(fill_without_lock, [(halves, number, 2) for number in range(2)])
    print(list(halves.get_obj()), halves[:] == halves.get_obj()[:])
    cells = mp.Array("i", 10)
    with cells.get_lock():
        start_and_join(fill_one_without_lock, [(cells, 5)])
        cells[0], cells[9] = 1, 9
    print(cells[:])
    large = mp.Array("B", 6 << 20)
    start_and_join(fill_ends, [(large,)])
    print(large[0], large[len(large) // 2], large[-1])
    array = sharedctypes.synchronized(sharedctypes.RawArray("i", [1, 2, 3]))
    start_and_join(change_first, [(array,)])
    print(array[:])


def fill_one_without_lock(array, index):
    array.get_obj()[index] = index


def fill_ends(array):
    with array.get_lock():
        array[0], array[len(array) // 2], array[-1] = 1, 2, 3


def change_first(array):
    array[0] += 41
    start_and_join(change_last, [(array,)])


def change_last(array):
    array[2] = array[0]


def meet(barrier, array, number):
    for turn in range(3):
        array[number] += 1
        barrier.wait()
        # All have come this far, and nobody farther.
        assert array[:] == [turn + 1] * 3, array[:]
        barrier.wait()


def break_down(barrier, broken):
    try:
        barrier.wait()
    except Exception as error:
        broken.value = type(error).__name__.encode()


def barriers():
    barrier, array = mp.Barrier(3), mp.Array("i", 3)
    start_and_join(meet, [(barrier, array, number) for number in range(3)])
    print(array[:], barrier.n_waiting, barrier.broken, barrier.parties)
    barrier, broken = mp.Barrier(2), mp.Array("c", 30)
    process = mp.Process(target=break_down, args=(barrier, broken))
    process.start()
    while barrier.n_waiting == 0:
        time.sleep(0.01)
    barrier.abort()
    process.join()
    print(broken.value, barrier.broken)
    barrier.reset()
    print(barrier.broken, barrier.n_waiting)


def take_turns(condition, turn, mine, of):
    for _ in range(4):
        with condition:
            condition.wait_for(lambda: turn.value % of == mine)
            turn.value += 1
            condition.notify_all()


def conditions():
    condition = mp.Condition()
    turn = mp.Value("i", 0, lock=condition)
    start_and_join(take_turns, [(condition, turn, number, 3) for number in range(3)])
    print(turn.value)
    lock = mp.Lock()
    condition = mp.Condition(lock)
    turn = mp.Value("i", 0, lock=lock)
    process = mp.Process(target=set_and_tell, args=(condition, turn.get_obj(), turn))
    condition.acquire()
    process.start()
    while turn.get_obj().value != 7:
        condition.wait()
    condition.release()
    process.join()
    print(turn.value)


def set_and_tell(condition, number, turn):
    with condition:
        number.value = 7
        condition.notify()


def set_up(counter):
    global shared
    shared = counter


def add(number):
    with shared.get_lock():
        shared.value += number
    return shared.value >= number


def pools():
    counter = mp.Value("i")
    with mp.Pool(2, set_up, (counter,)) as pool:
        print(all(pool.map(add, range(20))), counter.value)


def hold(value, forever):
    value.acquire()
    value.value += 1
    forever.set()
    time.sleep(600)


def killed():
    value, held = mp.Value("i", 5), mp.Event()
    process = mp.Process(target=hold, args=(value, held))
    process.start()
    held.wait()
    print(value.get_lock().acquire(timeout=0.1))
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    print(process.exitcode, value.get_lock().acquire(timeout=0.1))
    value, held = mp.Value("i", 5, lock=mp.Lock()), mp.Event()
    process = mp.Process(target=take_and_die, args=(value,))
    process.start()
    process.join()
    # Whoever takes its place may give back a Lock that is not its own.
    value.get_lock().release()
    with value.get_lock():
        value.get_obj().value += 1
    print(process.exitcode, value.get_obj().value)


def take_and_die(value):
    value.get_lock().acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def main():
    mp.set_start_method("spawn")
    for part in (counters, locks, counting_and_looking, arrays, barriers, conditions, pools, killed):
        print("--", part.__name__)
        part()


if __name__ == "__main__":
    main()
