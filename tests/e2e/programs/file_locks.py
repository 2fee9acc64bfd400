"""File locks between processes, printed so that any target can be compared with any other."""

import errno
import fcntl
import os
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

ERRORS = {getattr(errno, name): name for name in ("EAGAIN", "EBADF", "EDEADLK", "EINVAL")}
FLOCK = struct.Struct("hhqqi4x")  # l_type, l_whence, l_start, l_len, l_pid: the same on all targets

# Reads what to do from its input, one expression a line, and prints what comes of it.
HELPER = """
import fcntl, os, signal, struct, sys, time
path, *numbers = sys.argv[1:]
def attempt(act, *arguments):
    try:
        return act(*arguments) and "done" or "done"
    except OSError as error:
        return type(error).__name__
def flock(fd, operation):
    return attempt(fcntl.flock, fd, operation)
def lockf(fd, *what):
    return attempt(fcntl.lockf, fd, *what)
SH, EX, NB, UN = fcntl.LOCK_SH, fcntl.LOCK_EX, fcntl.LOCK_NB, fcntl.LOCK_UN
fd = os.open(path, os.O_RDWR)
given = [int(number) for number in numbers]
for line in sys.stdin:
    print(eval(line), flush=True)
"""


class Helper:
    """Another process that has the file open."""

    def __init__(self, path, *fds):
        self.process = subprocess.Popen([sys.executable, "-c", HELPER, path, *map(str, fds)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, pass_fds=fds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def tell(self, expression):
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().strip()

    def ask(self, expression):
        self.tell(expression)
        return self.hear()

    def is_silent(self):
        return not select.select([self.process.stdout], [], [], 0.3)[0]


def attempt(act, *arguments):
    try:
        act(*arguments)
        return "done"
    except OSError as error:
        return type(error).__name__, ERRORS.get(error.errno)


def open_file(path):
    return os.open(path, os.O_RDWR | os.O_CREAT)


def whole_files(path):
    fd = open_file(path)
    with Helper(path) as other:
        print("exclusive", attempt(fcntl.flock, fd, fcntl.LOCK_EX), other.ask("flock(fd, EX | NB)"),
              other.ask("flock(fd, SH | NB)"))
        print("shared", attempt(fcntl.flock, fd, fcntl.LOCK_SH), other.ask("flock(fd, SH | NB)"),
              attempt(fcntl.flock, fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
        print("lost by trying", other.ask("flock(fd, EX | NB)"), attempt(fcntl.flock, fd, fcntl.LOCK_SH | fcntl.LOCK_NB))
        other.tell("(time.sleep(0.3), flock(fd, UN))")
        print("waited", attempt(fcntl.flock, fd, fcntl.LOCK_EX), other.hear())
        other.tell("flock(fd, EX)")
        print("waits", other.is_silent())
        copy = os.dup(fd)
        os.close(fd)
        print("a duplicate holds it", other.is_silent())
        os.close(copy)
        print("the last one closed", other.hear())
        fd = open_file(path)
        print(attempt(fcntl.flock, fd, fcntl.LOCK_SH | fcntl.LOCK_NB), attempt(fcntl.flock, fd, 3))
    again = open_file(path)
    print("two in one process", attempt(fcntl.flock, fd, fcntl.LOCK_EX), attempt(fcntl.flock, again, fcntl.LOCK_SH | fcntl.LOCK_NB))
    os.close(again)
    os.close(fd)
    print("closed", attempt(fcntl.flock, fd, fcntl.LOCK_SH))


def inherited(path):
    for locks_first in (True, False):
        fd = open_file(path)
        if locks_first:
            fcntl.flock(fd, fcntl.LOCK_EX)
        with Helper(path, fd) as child, Helper(path) as stranger:
            print("the same open file", child.ask("flock(given[0], EX | NB)"), attempt(fcntl.flock, fd, fcntl.LOCK_EX | fcntl.LOCK_NB),
                  child.ask("flock(fd, EX | NB)"), stranger.ask("flock(fd, EX | NB)"))
            os.close(fd)
            print("the child has it still", stranger.ask("flock(fd, EX | NB)"))
            print("unlocked by the child", child.ask("flock(given[0], UN)"), stranger.ask("flock(fd, EX | NB)"))
    fd = open_file(path)
    fcntl.flock(fd, fcntl.LOCK_EX)
    output = subprocess.run([sys.executable, "-c", "import fcntl; fcntl.flock(1, fcntl.LOCK_UN)"], stdout=fd)
    again = open_file(path)
    print("as standard output", output.returncode, attempt(fcntl.flock, again, fcntl.LOCK_EX | fcntl.LOCK_NB))
    os.close(again)
    os.close(fd)


def records(path):
    fd = open_file(path)
    with Helper(path) as other:
        os.write(fd, bytes(100))
        print("two ranges", attempt(fcntl.lockf, fd, fcntl.LOCK_EX, 10, 0), other.ask("lockf(fd, EX | NB, 10, 10)"))
        print("overlapping", other.ask("lockf(fd, EX | NB, 10, 5)"), attempt(fcntl.lockf, fd, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 19))
        print("from the end", attempt(fcntl.lockf, fd, fcntl.LOCK_EX, 5, -5, os.SEEK_END), other.ask("lockf(fd, EX | NB, 1, 95)"),
              other.ask("lockf(fd, EX | NB, 1, 94)"))
        other.ask("lockf(fd, UN, 1, 94)")
        os.lseek(fd, 50, os.SEEK_SET)
        print("from here", attempt(fcntl.lockf, fd, fcntl.LOCK_EX, 0, 0, os.SEEK_CUR), other.ask("lockf(fd, SH | NB, 1, 4000)"))
        who = FLOCK.unpack(fcntl.fcntl(fd, fcntl.F_GETLK, FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 12, 3, 0)))
        print("who", who[:4], who[4] == other.process.pid)
        who = FLOCK.unpack(fcntl.fcntl(fd, fcntl.F_GETLK, FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 30, 3, 0)))
        print("nobody", who[0] == fcntl.F_UNLCK)
        other.tell("lockf(fd, EX, 1, 0)")
        print("waits", other.is_silent())
        os.close(os.open(path, os.O_RDONLY))
        print("any descriptor closed", other.hear(), other.ask("lockf(fd, EX | NB, 0, 50)"))
        other.tell("(time.sleep(0.3), lockf(fd, UN))")
        print("waited", attempt(fcntl.lockf, fd, fcntl.LOCK_EX), other.hear())
        copy = os.dup(fd)
        os.close(copy)
        print("a duplicate closed", other.ask("lockf(fd, EX | NB)"))
        other.ask("lockf(fd, UN)")
        fcntl.lockf(fd, fcntl.LOCK_EX)
        os.dup2(open_file(path + "2"), fd)
        print("replaced by dup2", other.ask("lockf(fd, EX | NB)"))
    reading = os.open(path, os.O_RDONLY)
    print("refused", attempt(fcntl.lockf, reading, fcntl.LOCK_EX), attempt(fcntl.lockf, reading, fcntl.LOCK_SH, 1, -1),
          attempt(fcntl.lockf, reading, fcntl.LOCK_SH, 1, 0, 7))
    os.close(reading)


def children_have_no_records(path):
    fd = open_file(path)
    fcntl.lockf(fd, fcntl.LOCK_EX, 10)
    with Helper(path, fd) as child:
        print("not inherited", child.ask("lockf(given[0], EX | NB, 1)"), child.ask("lockf(given[0], EX | NB, 1, 10)"))
    print("nobody's any more", attempt(fcntl.lockf, fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
    os.close(fd)


def open_file_records(path):
    one, other = open_file(path), open_file(path)
    lock = FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 10, 0)
    print("of an open file", attempt(fcntl.fcntl, one, fcntl.F_OFD_SETLK, lock), attempt(fcntl.fcntl, other, fcntl.F_OFD_SETLK, lock))
    who = FLOCK.unpack(fcntl.fcntl(other, fcntl.F_OFD_GETLK, lock))
    print("who", who)
    os.close(open_file(path))
    print("still", attempt(fcntl.fcntl, other, fcntl.F_OFD_SETLK, lock))
    os.close(one)
    print("closed", attempt(fcntl.fcntl, other, fcntl.F_OFD_SETLKW, lock))
    os.close(other)


def deadlock(path):
    fd = open_file(path)
    with Helper(path) as other:
        fcntl.lockf(fd, fcntl.LOCK_EX, 1, 0)
        other.ask("lockf(fd, EX, 1, 1)")
        other.tell("lockf(fd, EX, 1, 0)")
        print("waits", other.is_silent(), attempt(fcntl.lockf, fd, fcntl.LOCK_EX, 1, 1))
        fcntl.lockf(fd, fcntl.LOCK_UN)
        print("free", other.hear())
    os.close(fd)


def who_dies_leaves_no_lock(path):
    fd = open_file(path)
    for number in (signal.SIGKILL, signal.SIGTERM):
        with Helper(path) as other:
            print(other.ask("(flock(fd, EX), lockf(fd, EX))"), attempt(fcntl.flock, fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
            threading.Timer(0.3, other.process.send_signal, [number]).start()
            print("killed", attempt(fcntl.flock, fd, fcntl.LOCK_EX), attempt(fcntl.lockf, fd, fcntl.LOCK_EX))
        fcntl.flock(fd, fcntl.LOCK_UN)
        fcntl.lockf(fd, fcntl.LOCK_UN)
    os.close(fd)


def interrupted(path):
    class Enough(Exception):
        pass

    def raising(*_):
        raise Enough

    fd = open_file(path)
    with Helper(path) as other:
        other.ask("(flock(fd, EX), lockf(fd, EX))")
        for lock in (fcntl.flock, fcntl.lockf):
            signal.signal(signal.SIGALRM, raising)
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            try:
                lock(fd, fcntl.LOCK_EX)
            except Enough:
                print("a handler ends the wait")
        heard = []
        signal.signal(signal.SIGALRM, lambda *_: heard.append("alarm"))
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        other.tell("(time.sleep(0.6), flock(fd, UN), lockf(fd, UN))")
        print("and without an exception it goes on", attempt(fcntl.flock, fd, fcntl.LOCK_EX), heard, other.hear())
    os.close(fd)


def threads(path):
    fd = open_file(path)
    with Helper(path) as other:
        other.ask("flock(fd, EX)")
        done = []
        thread = threading.Thread(target=lambda: done.append(attempt(fcntl.flock, fd, fcntl.LOCK_EX)))
        thread.start()
        time.sleep(0.3)
        print("the others run", done)
        other.ask("flock(fd, UN)")
        thread.join()
        print(done)
    os.close(fd)


WRITER = """
import sqlite3, sys
path, name, count = sys.argv[1:]
database = sqlite3.connect(path, timeout=60, isolation_level=None)
for number in range(int(count)):
    database.execute("insert into entries values (?, ?)", (name, number))
    database.execute("begin immediate")
    (total,) = database.execute("select total from sums").fetchone()
    database.execute("update sums set total = ?", (total + 1,))
    database.execute("commit")
"""


def databases(path):
    database = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    database.execute("create table entries (name text, number integer)")
    database.execute("create table sums (total integer)")
    database.execute("insert into sums values (0)")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, path, name, "40"]) for name in ("one", "two")]
    print([writer.wait() for writer in writers])
    print(database.execute("select name, count(*), sum(number) from entries group by name order by name").fetchall())
    print(database.execute("select total from sums").fetchall(), database.execute("pragma integrity_check").fetchall())
    database.execute("begin immediate")
    insert = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0.1).execute('insert into entries values (1, 1)')"
    refused = subprocess.run([sys.executable, "-c", insert, path], stderr=subprocess.PIPE, text=True)
    print(refused.stderr.splitlines()[-1])
    database.execute("rollback")
    print(subprocess.run([sys.executable, "-c", insert, path]).returncode)
    database.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        for act in (whole_files, inherited, records, children_have_no_records, open_file_records, deadlock,
                    who_dies_leaves_no_lock, interrupted, threads, databases):
            print("--", act.__name__, flush=True)
            act(os.path.join(folder, act.__name__))


main()
