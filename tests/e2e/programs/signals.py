"""Signals of a program to itself and of its timers: handlers, masks, waits."""

import os
import select
import signal
import sys
import threading
import time

came = []


def note(number, frame):
    came.append(signal.Signals(number).name)


class Alarm(Exception):
    pass


def give_up(number, frame):
    raise Alarm


def each_way():
    signal.signal(signal.SIGUSR1, note)
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    os.kill(0, 0)
    print(came)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.raise_signal(signal.SIGUSR1)
    print(len(came), signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, note)


def wait_for_ever():
    while True:
        pass


def alarms():
    signal.signal(signal.SIGALRM, give_up)
    locked = threading.Lock()
    locked.acquire()
    for wait in (lambda: time.sleep(60), wait_for_ever, locked.acquire, threading.Event().wait, signal.pause,
                 lambda: threading.Event().wait(60)):
        signal.setitimer(signal.ITIMER_REAL, 0.03)
        try:
            wait()
        except Alarm:
            print("alarm", signal.getitimer(signal.ITIMER_REAL))
    signal.signal(signal.SIGALRM, note)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    began = len(came)
    while len(came) < began + 3:
        time.sleep(0.001)
    print(signal.setitimer(signal.ITIMER_REAL, 0)[1], signal.alarm(100), signal.alarm(0), came[-1])
    for timer, number in ((signal.ITIMER_VIRTUAL, signal.SIGVTALRM), (signal.ITIMER_PROF, signal.SIGPROF)):
        signal.signal(number, note)
        signal.setitimer(timer, 0.02)
        while came[-1] != number.name:
            pass
        print(came[-1], signal.getitimer(timer))
    try:
        signal.setitimer(99, 1)
    except signal.ItimerError as error:
        print(error.strerror)


def masks():
    signal.signal(signal.SIGUSR2, note)
    print(signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2, signal.SIGKILL}))
    os.kill(os.getpid(), signal.SIGUSR2)
    print(signal.sigpending(), came[-1])
    print(signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR2}), came[-1], signal.sigpending())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    signal.raise_signal(signal.SIGUSR2)
    print(signal.sigwait({signal.SIGUSR2}), signal.sigtimedwait({signal.SIGUSR2}, 0.01))
    threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGUSR2)).start()
    print(signal.sigwaitinfo({signal.SIGUSR2, signal.SIGALRM}).si_signo)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    waited = []
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    thread = threading.Thread(target=lambda: waited.append(signal.sigwait({signal.SIGUSR2})))
    thread.start()
    signal.pthread_kill(thread.ident, signal.SIGUSR2)
    thread.join()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    print("a thread", waited)


def from_threads():
    """Handlers run in the main thread, whatever it waits for."""
    names = []
    signal.signal(signal.SIGUSR1, lambda number, frame: names.append(threading.current_thread().name))
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    signal.pause()
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(0.02, lambda: (os.kill(os.getpid(), signal.SIGUSR1), time.sleep(0.02), lock.release())).start()
    lock.acquire()
    print(names)
    source, sink = os.pipe()
    signal.signal(signal.SIGUSR1, lambda number, frame: os.write(sink, b"handled"))
    for wait in (lambda: None, lambda: select.select([source], [], [])):
        threading.Timer(0.02, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
        wait()
        print(os.read(source, 10))


def refused():
    for attempt in (lambda: signal.signal(signal.SIGKILL, note), lambda: signal.signal(0, note), lambda: os.kill(os.getpid(), 99)):
        try:
            attempt()
        except (OSError, ValueError) as error:
            print(type(error).__name__)


each_way()
alarms()
masks()
from_threads()
refused()
sys.stdout.flush()
signal.signal(signal.SIGTERM, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGTERM)
print("still here")
