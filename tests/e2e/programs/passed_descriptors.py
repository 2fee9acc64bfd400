"""Descriptors in messages between processes: files, pipes and sockets, also of a sender that is gone already."""

import multiprocessing
import os
import random
import socket
import stat
import subprocess
import sys
import tempfile

CHILD = "child"
LAST_WORDS = "last words"


def write_to(fd, text):
    if stat.S_ISSOCK(os.fstat(fd).st_mode):
        with socket.socket(fileno=os.dup(fd)) as connection:
            connection.sendall(text)
    else:
        os.write(fd, text)


def child(connection):
    """Writes to all that it is sent, and sends it back."""
    turn = 0
    while True:
        message, fds, flags, _ = socket.recv_fds(connection, 1 << 16, 253)
        if not message:
            return
        for fd in fds:
            write_to(fd, b"child %d" % turn)
        socket.send_fds(connection, [b"%d" % len(fds)], fds)
        for fd in fds:
            os.close(fd)
        turn += 1


def last_words(connection, folder):
    path = os.path.join(folder, "late")
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    os.write(file, b"abcdefghijkl")
    os.lseek(file, 0, os.SEEK_SET)
    os.unlink(path)
    reader, writer = os.pipe()
    os.write(writer, b"from the dead")
    os.close(writer)
    socket.send_fds(connection, [b"last words"], [file, os.dup(file), reader, os.open(folder, os.O_RDONLY)])
    os._exit(3)


def start(*words):
    here, there = socket.socketpair()
    with there:
        number = there.fileno()
        process = subprocess.Popen([sys.executable, __file__, str(number), *words], pass_fds=[number])
    return process, here


def exchange(connection, folder, choose, turn):
    paths, sent, ends = [], [], []
    for number in range(choose.randrange(12)):
        kind = choose.randrange(3)
        if kind == 0:
            paths.append(os.path.join(folder, f"{turn} {number}"))
            sent.append(os.open(paths[-1], os.O_RDWR | os.O_CREAT))
            os.write(sent[-1], b"parent, ")
        elif kind == 1:
            reader, writer = os.pipe()
            ends.append(os.fdopen(reader, "rb"))
            sent.append(writer)
        else:
            here, there = socket.socketpair()
            ends.append(here.makefile("rb"))
            here.close()
            sent.append(there.detach())
    socket.send_fds(connection, [os.urandom(choose.randrange(1, 5000))], sent)
    if turn % 2:
        for fd in sent:
            os.close(fd)
    message, received, flags, _ = socket.recv_fds(connection, 100, 253)
    for fd in received + (sent if turn % 2 == 0 else []):
        os.close(fd)
    print(turn, message, len(received), flags)
    # To their end: nobody has the other ends any more.
    for end in ends:
        with end:
            print("  ", end.read())
    for path in paths:
        with open(path) as file:
            print("  ", file.read())


def square(results, number):
    with results:
        results.send(number * number)


def through_queue(connections):
    """A connection that itself comes through a queue."""
    square(connections.get(), 7)


def main():
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(__file__))) as folder:
        process, connection = start(CHILD)
        choose = random.Random(5)
        for turn in range(20):
            exchange(connection, folder, choose, turn)
        connection.close()
        print(process.wait())
        process, connection = start(LAST_WORDS, folder)
        print(process.wait(), "late" in os.listdir(folder))
        message, (one, other, reader, directory), flags, _ = socket.recv_fds(connection, 100, 4)
        print(message, flags)
        print(os.read(one, 3), os.read(other, 3), os.read(one, 3), os.lseek(other, 0, os.SEEK_CUR))
        print(os.read(reader, 100), os.read(reader, 1), len(os.listdir(directory)))
        for fds in [[reader] * 254, [reader, 999]]:
            try:
                socket.send_fds(connection, [b"x"], fds)
            except OSError as error:
                print(error.strerror)
    connections = multiprocessing.Queue()
    worker = multiprocessing.Process(target=through_queue, args=(connections,))
    worker.start()
    here, there = multiprocessing.Pipe()
    connections.put(there)
    print(here.recv())
    worker.join()
    print(worker.exitcode)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[2] == CHILD:
        child(socket.socket(fileno=int(sys.argv[1])))
    elif len(sys.argv) > 2:
        last_words(socket.socket(fileno=int(sys.argv[1])), sys.argv[3])
    else:
        multiprocessing.set_start_method("spawn")
        main()
