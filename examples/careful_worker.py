"""Works through a list in the background. Ctrl-C (or --stop-after SECONDS) ends it in good order: what was begun is finished.

    taipan run examples/careful_worker.py 1000
"""

import argparse
import queue
import signal
import threading
import time


def work(jobs, done, is_over):
    while not is_over.is_set():
        try:
            job = jobs.get(timeout=0.1)
        except queue.Empty:
            return
        time.sleep(0.005)  # as if it took something
        done.append(job * job)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--stop-after", type=float, metavar="SECONDS")
    arguments = parser.parse_args()
    jobs, done, is_over = queue.SimpleQueue(), [], threading.Event()
    for number in range(arguments.count):
        jobs.put(number)
    if arguments.stop_after:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, arguments.stop_after)
    worker = threading.Thread(target=work, args=(jobs, done, is_over))
    worker.start()
    print("working; Ctrl-C stops it", flush=True)
    try:
        worker.join()
        print("all done")
    except KeyboardInterrupt:
        is_over.set()
        worker.join()
        print("stopped in good order")
    print("the results are whole" if done == [number * number for number in range(len(done))] else "something is missing")


if __name__ == "__main__":
    main()
