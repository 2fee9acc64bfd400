"""The calls of pthreads that Python itself does not use, from Python's threads."""

import ctypes
import threading
import time

library = ctypes.CDLL(None)


def in_threads(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
        time.sleep(0.001)
    for thread in threads:
        thread.join()


def new(kind, *arguments):
    thing = ctypes.create_string_buffer(64)
    assert getattr(library, f"pthread_{kind}_init")(thing, *(arguments or (None,))) == 0
    return thing


def readers_and_writers():
    lock, log = new("rwlock"), []

    def use(name, enter):
        assert enter(lock) == 0
        log.append(name)
        time.sleep(0.01)
        log.append(name.upper())
        library.pthread_rwlock_unlock(lock)

    def read():
        use("r", library.pthread_rwlock_rdlock)

    def write():
        use("w", library.pthread_rwlock_wrlock)

    in_threads(read, read, write, read, write)
    text = "".join(log)
    print(text.count("wW"), text.count("w"), text.count("r"), "rr" in text)
    library.pthread_rwlock_wrlock(lock)
    answers = []
    in_threads(lambda: answers.append((library.pthread_rwlock_tryrdlock(lock), library.pthread_rwlock_trywrlock(lock))))
    print(all(answers[0]), library.pthread_rwlock_unlock(lock), library.pthread_rwlock_tryrdlock(lock))


def barriers():
    barrier, answers = new("barrier", None, 3), []
    in_threads(*[lambda: answers.append(library.pthread_barrier_wait(barrier))] * 6)
    print(sorted(answers))


def mutexes():
    attributes = new("mutexattr")
    library.pthread_mutexattr_settype(attributes, 1)
    recursive, answers = ctypes.create_string_buffer(64), []
    library.pthread_mutex_init(recursive, attributes)
    print(library.pthread_mutex_lock(recursive), library.pthread_mutex_trylock(recursive))

    def wait():
        answers.append(library.pthread_mutex_trylock(recursive) != 0)
        answers.append(library.pthread_mutex_lock(recursive))
        answers.append(library.pthread_mutex_unlock(recursive))

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.01)
    library.pthread_mutex_unlock(recursive)
    time.sleep(0.01)
    print(answers)
    library.pthread_mutex_unlock(recursive)
    thread.join()
    print(answers)


def keys():
    ended = []
    destructor = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(ended.append)
    library.pthread_getspecific.restype = ctypes.c_void_p
    library.pthread_setspecific.argtypes = [ctypes.c_uint, ctypes.c_void_p]
    key, seen = ctypes.c_uint(), []
    assert library.pthread_key_create(ctypes.byref(key), destructor) == 0

    def use(value):
        library.pthread_setspecific(key, value)
        time.sleep(0.005)
        seen.append(library.pthread_getspecific(key) == value)

    in_threads(lambda: use(1), lambda: use(2))
    time.sleep(0.01)
    print(seen, sorted(ended), library.pthread_getspecific(key))
    library.pthread_setspecific(key, 3)
    library.pthread_key_delete(key)
    assert library.pthread_key_create(ctypes.byref(key), None) == 0
    print(library.pthread_getspecific(key))


def once():
    control, calls = ctypes.c_int(0), []
    function = ctypes.CFUNCTYPE(None)(lambda: (time.sleep(0.01), calls.append(1)))
    in_threads(*[lambda: library.pthread_once(ctypes.byref(control), function)] * 3)
    print(calls)


readers_and_writers()
barriers()
mutexes()
keys()
once()
