"""What processes without common memory refuse, and what such memory is good for all the same."""

import errno
import multiprocessing as mp
import threading
from multiprocessing.shared_memory import SharedMemory


def refuse(obj, make):
    try:
        make()
    except OSError as error:
        print(error.errno == errno.ENOTSUP, obj, error.strerror)


def give(obj):
    mp.Process(target=print, args=(obj,)).start()


def main():
    value, array = mp.RawValue("i", 1), mp.Array("i", [1], lock=False)
    refuse(value.value, lambda: give(value))
    refuse(array[0], lambda: give(array))
    # A lock of threads is none of processes.
    guarded = mp.Value("i", 1, lock=threading.Lock())
    refuse(guarded.value, lambda: give(guarded))
    refuse(1, lambda: SharedMemory(create=True, size=10))


if __name__ == "__main__":
    main()
