"""Sockets of this machine, between threads and processes, by hand, by select and by asyncio."""

import asyncio
import os
import select
import selectors
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


def pairs():
    one, other = socket.socketpair()
    one.sendall(b"there")
    print(other.recv(100))
    other.shutdown(socket.SHUT_WR)
    print(one.recv(100), one.getsockname() == "", one.family == socket.AF_UNIX)
    one.close()
    try:
        other.send(b"gone")
    except OSError as error:
        print(type(error).__name__)
    other.close()


def echo(server):
    connection, _ = server.accept()
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data.upper())


def streams():
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.create_server((host, 0), family=family) as server:
            thread = threading.Thread(target=echo, args=(server,))
            thread.start()
            with socket.create_connection(server.getsockname()[:2]) as client:
                client.sendall(b"hello " * 10_000)
                client.shutdown(socket.SHUT_WR)
                received = b""
                while data := client.recv(65536):
                    received += data
                print(host, len(received), received[:6])
            thread.join()
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "socket")
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
            server.bind(name)
            server.listen()
            client.connect(name)
            connection, _ = server.accept()
            connection.sendall(b"by a name")
            print(client.recv(100), os.path.exists(name))
            connection.close()
    with socket.socket() as client:
        try:
            client.connect(("127.0.0.1", 1))
        except OSError as error:
            print(type(error).__name__)


def datagrams():
    with socket.socket(type=socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        other.sendto(b"a datagram", one.getsockname())
        data, sender = one.recvfrom(100)
        print(data, sender == other.getsockname())


def waiting():
    with selectors.DefaultSelector() as selector, socket.create_server(("127.0.0.1", 0)) as server:
        selector.register(server, selectors.EVENT_READ)
        print(selector.select(0))
        with socket.create_connection(server.getsockname()):
            print(len(selector.select(5)))
    read, write = os.pipe()
    print(select.select([read], [write], [], 0)[1] == [write])
    os.write(write, b"x")
    poll = select.poll()
    poll.register(read, select.POLLIN)
    print([event for _, event in poll.poll(1000)])
    os.close(read)
    os.close(write)


def processes():
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"""
import socket
with socket.create_connection(("127.0.0.1", {server.getsockname()[1]})) as connection:
    connection.sendall(b"from a child")
    print(connection.recv(100))
"""
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        connection, _ = server.accept()
        print(connection.recv(100))
        connection.sendall(b"from the parent")
        print(child.communicate()[0])
        connection.close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"you asked for {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def servers():
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/a/page") as answer:
            print(answer.status, answer.read())
        server.shutdown()


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line[::-1])
    writer.close()


async def loops():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def ask(text):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(text.encode() + b"\n")
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer

    print(await asyncio.gather(*(ask("abc" * n) for n in range(1, 5))))
    server.close()
    process = await asyncio.create_subprocess_shell("echo by a shell; exit 3", stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(), process.returncode)
    print(await asyncio.to_thread(lambda: sum(range(10))))
    print(await asyncio.get_running_loop().getaddrinfo("localhost", 80, family=socket.AF_INET, type=socket.SOCK_STREAM))


def main():
    for part in (pairs, streams, datagrams, waiting, processes, servers):
        print("--", part.__name__)
        part()
    asyncio.run(loops())


if __name__ == "__main__":
    main()
