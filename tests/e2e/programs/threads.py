"""What threads do, in an order that does not depend on who comes first."""

import asyncio
import concurrent.futures
import contextvars
import decimal
import queue
import sys
import threading
import time

variable = contextvars.ContextVar("variable", default="unset")


def in_threads(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def each_has_its_own():
    local = threading.local()
    seen = {}

    def own(name):
        variable.set(name)
        decimal.getcontext().prec = len(name)
        local.name = name
        for _ in range(5):
            try:
                time.sleep(0.001)
                raise ValueError(name)
            except ValueError:
                time.sleep(0.001)
                error = sys.exception()
        seen[name] = variable.get(), decimal.getcontext().prec, local.name, str(error), threading.current_thread().name != "MainThread"

    in_threads(*(lambda name=name: own(name) for name in ("ab", "abcd", "abcdefg")))
    print(sorted(seen.items()), variable.get(), hasattr(local, "name"))


def locks():
    counter = 0
    lock, again = threading.Lock(), threading.RLock()

    def count():
        nonlocal counter
        for _ in range(100):
            with lock, again, again:
                seen = counter
                time.sleep(0)
                counter = seen + 1

    in_threads(count, count, count)
    print("counted", counter, lock.acquire(timeout=0.01), lock.acquire(timeout=0.01), lock.acquire(blocking=False))


def conditions():
    items, condition, taken = [], threading.Condition(), []

    def take():
        with condition:
            condition.wait_for(lambda: items)
            taken.append(items.pop())

    def give():
        for number in range(3):
            time.sleep(0.002)
            with condition:
                items.append(number)
                condition.notify()

    in_threads(take, take, take, give)
    print("taken", sorted(taken))
    with condition:
        print("in vain", condition.wait(timeout=0.01))


def barriers_and_semaphores():
    barrier, gate, inside, most = threading.Barrier(4), threading.BoundedSemaphore(2), 0, 0

    def enter():
        nonlocal inside, most
        barrier.wait()
        with gate:
            inside += 1
            most = max(most, inside)
            time.sleep(0.002)
            inside -= 1

    in_threads(enter, enter, enter, enter)
    print("at once", most)


def queues():
    work, results = queue.Queue(maxsize=2), queue.SimpleQueue()

    def square():
        while (number := work.get()) is not None:
            results.put(number * number)
            work.task_done()
        work.task_done()

    def fill():
        for number in range(20):
            work.put(number)
        for _ in range(3):
            work.put(None)
        work.join()

    in_threads(square, square, square, fill)
    print("squares", sorted(results.get() for _ in range(20)) == [number * number for number in range(20)])


def pools():
    with concurrent.futures.ThreadPoolExecutor(3, initializer=lambda: None) as pool:
        print("pool", list(pool.map(lambda number: number + 1, range(5))))
        failing = pool.submit(lambda: 1 / 0)
        print(type(failing.exception()).__name__, pool.submit(time.sleep, 0.001).result())
        slow = pool.submit(time.sleep, 0.2)
        try:
            slow.result(timeout=0.01)
        except concurrent.futures.TimeoutError:
            print("too slow")


def busy():
    counts, is_over = [0, 0], False

    def count(index):
        while not is_over:
            counts[index] += 1

    threads = [threading.Thread(target=count, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    is_over = True
    for thread in threads:
        thread.join()
    print("all ran", all(counts))


def deep():
    class Endless:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    caught = []

    def recurse():
        for function in (recurse, lambda: Endless().a, lambda: repr(nested), lambda: compile("(" * 150 + ")" * 150, "", "eval"),
                         lambda: compile("-" * 100_000 + "1", "", "eval")):
            try:
                function() if function is not recurse else endless()
            except (RecursionError, MemoryError, SyntaxError) as error:
                caught.append(type(error).__name__)

    def endless():
        endless()

    nested = []
    for _ in range(100_000):
        nested = [nested]
    in_threads(recurse)
    print("deep", caught)


def many():
    gate, passed = threading.Event(), []
    threads = [threading.Thread(target=lambda: (gate.wait(), passed.append(1))) for _ in range(500)]
    for thread in threads:
        thread.start()
    alive = threading.active_count()
    gate.set()
    for thread in threads:
        thread.join()
    print("many", alive, len(passed), threading.active_count())


async def tasks():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    threading.Timer(0.01, loop.call_soon_threadsafe, [future.set_result, "from a thread"]).start()
    print(await future, await asyncio.gather(*(asyncio.to_thread(pow, number, 2) for number in range(4))))


def unhandled():
    caught = []
    threading.excepthook = lambda arguments: caught.append((arguments.exc_type.__name__, arguments.thread.name))
    thread = threading.Thread(target=lambda: {}["missing"], name="failing")
    thread.start()
    thread.join()
    print(caught)
    threading.excepthook = threading.__excepthook__


each_has_its_own()
locks()
conditions()
barriers_and_semaphores()
queues()
pools()
busy()
deep()
many()
asyncio.run(tasks())
unhandled()
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
threading.Thread(target=lambda: (time.sleep(0.05), print("the last word"))).start()
print("the end of the main thread")
