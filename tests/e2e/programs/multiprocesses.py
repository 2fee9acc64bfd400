"""multiprocessing and its pools, printed so that any target can be compared with any other."""

import concurrent.futures
import multiprocessing as mp
import os
import time


def square(number):
    return number * number


def fail(number):
    raise ValueError(f"no {number}")


def put(queue, lock, number):
    with lock:
        queue.put((number, os.getpid() != os.getppid()))


def answer(connection):
    for question in iter(connection.recv, None):
        connection.send(question[::-1])
    connection.close()


def wait_for(event, barrier, results):
    event.wait()
    barrier.wait()
    results.append(mp.current_process().name)


def pools():
    with mp.Pool(2) as pool:
        print(pool.map(square, range(10)), pool.apply(square, (12,)))
        print(sorted(pool.imap_unordered(square, range(5))), pool.starmap(pow, [(2, 3), (3, 2)]))
        try:
            pool.apply(fail, (7,))
        except ValueError as error:
            print(error)
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        print(list(executor.map(square, range(4))), executor.submit(square, 9).result())


def main():
    mp.set_start_method("spawn")
    print("--", mp.get_start_method())
    queue, lock = mp.Queue(), mp.Lock()
    processes = [mp.Process(target=put, args=(queue, lock, number)) for number in range(3)]
    for process in processes:
        process.start()
    print(sorted(queue.get() for _ in processes))
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])

    ours, theirs = mp.Pipe()
    process = mp.Process(target=answer, args=(theirs,))
    process.start()
    for text in ("abc", "x" * 100_000):
        ours.send(text)
        print(len(ours.recv()))
    ours.send(None)
    process.join()

    with mp.Manager() as manager:
        results, event, barrier = manager.list(), mp.Event(), manager.Barrier(3)
        processes = [mp.Process(target=wait_for, args=(event, barrier, results), name=f"p{n}") for n in range(2)]
        for process in processes:
            process.start()
        event.set()
        barrier.wait()
        for process in processes:
            process.join()
        print(sorted(results))

    process = mp.Process(target=time.sleep, args=(60,))
    process.start()
    process.terminate()
    process.join()
    print(process.exitcode, process.is_alive())
    semaphore = mp.BoundedSemaphore(2)
    print(semaphore.acquire(), semaphore.acquire(), semaphore.acquire(timeout=0.1))
    condition = mp.Condition()
    with condition:
        print(condition.wait(0.1))
    pools()


if __name__ == "__main__":
    main()
