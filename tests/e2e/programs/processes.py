"""Processes in every way that the standard library has, printed so that any target can be compared with any other."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

PYTHON = sys.executable


def python(code, *arguments, **options):
    return subprocess.run([PYTHON, "-c", code, *arguments], **options)


def streams():
    print(python("print(1 + 1)", capture_output=True, text=True).stdout)
    both = python("import sys; print('out', flush=True); print('err', file=sys.stderr, flush=True); print('again')",
                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(both.stdout)
    print(python("print(input()[::-1])", input="abc\n", capture_output=True, text=True).stdout)
    print(python("import sys; print(len(sys.stdin.read()))", stdin=subprocess.DEVNULL, capture_output=True).stdout)
    large = python("import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data[::-1])",
                   input=bytes(range(256)) * 4096, capture_output=True).stdout
    print(len(large), large[:4])
    sys.stdout.flush()
    python("print('straight to where the parent writes')")


def surroundings():
    code = "import os, sys; print(os.getcwd(), sorted(k for k in os.environ if k.startswith('TEST')), sys.argv[1:])"
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        output = python(code, "a b", "", 'c"d', cwd=folder, env={**os.environ, "TEST_A": "1"},
                        capture_output=True, text=True).stdout
        print(output.replace(folder, "FOLDER"))
    before = os.umask(0o027)
    print(python("import os; print(oct(os.umask(0)))", capture_output=True).stdout)
    print(python("import os; print(oct(os.umask(0)))", capture_output=True, umask=0o011).stdout)
    os.umask(before)
    print(python("import os; print(os.getppid())", capture_output=True).stdout == b"%d\n" % os.getpid())
    print(python("import os; print(os.getsid(0) == os.getpid())", capture_output=True,
                 start_new_session=True).stdout)
    print(python("import os; print(os.getpgid(0) == os.getpid())", capture_output=True, process_group=0).stdout)


def endings():
    for code in ("pass", "import sys; sys.exit(3)", "import os; os._exit(4)", "1 / 0", "import os; os.abort()",
                 "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"):
        print(code, python(code, stderr=subprocess.DEVNULL).returncode)
    for command, options in (([PYTHON + "-none"], {}), ([PYTHON, "-c", ""], {"cwd": "/no/such/folder"})):
        try:
            subprocess.run(command, **options)
        except OSError as error:
            print(type(error).__name__, error.filename == command[0], error.filename == options.get("cwd"))
    try:
        python("while True: pass", timeout=0.5)
    except subprocess.TimeoutExpired as error:
        print("out of time", error.timeout)
    try:
        python("raise SystemExit(9)", check=True)
    except subprocess.CalledProcessError as error:
        print("failed", error.returncode)


def signals():
    sleeper = "import time; print('up', flush=True); time.sleep(60)"
    for act in ("terminate", "kill"):
        with subprocess.Popen([PYTHON, "-c", sleeper], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            getattr(process, act)()
            print(act, process.wait())
    handler = """
import os, signal, sys, time
def handle(number, frame):
    os.write(1, b"got %d\\n" % number)  # print() may be what is interrupted
    sys.exit(0)
signal.signal(signal.SIGUSR1, handle)
print("up", flush=True)
DO
"""
    for wait in ("time.sleep(60)", "while True: pass", "input()", "signal.pause()",
                 "import threading; threading.Event().wait()", "import os; os.read(os.pipe()[0], 1)"):
        with subprocess.Popen([PYTHON, "-c", handler.replace("DO", wait)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGUSR1)
            print(wait, process.stdout.read().strip(), process.wait())
    children = []
    signal.signal(signal.SIGCHLD, lambda number, frame: children.append(number))
    python("pass")
    print(len(children) > 0 and set(children) == {signal.SIGCHLD})
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ignoring = "import signal; print(signal.getsignal(signal.SIGUSR2) == signal.SIG_IGN)"
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    print(python(ignoring, capture_output=True).stdout)
    signal.signal(signal.SIGUSR2, signal.SIG_DFL)


def blocked_from_the_start():
    """A signal that comes before the program has begun, and that the program ignores before it unblocks it."""
    code = """import signal, sys
print(signal.pthread_sigmask(signal.SIG_BLOCK, []) == {signal.SIGTERM})
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[1] == "ignore" else signal.SIG_DFL)
print(signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM]) == {signal.SIGTERM}, flush=True)
print("alive")
"""
    for what in ("ignore", "die"):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        process = subprocess.Popen([PYTHON, "-c", code, what], stdout=subprocess.PIPE, text=True)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        process.terminate()
        lines = process.communicate()[0].split()
        print(lines if what == "ignore" else "", process.returncode)


def descriptors():
    read, write = os.pipe()
    code = f"import os; os.write({write}, b'through')"
    print(python(code, pass_fds=[write]).returncode)
    os.close(write)
    print(os.read(read, 100), os.read(read, 100))
    os.close(read)
    with open(os.devnull) as file:
        code = f"""
import os
try:
    os.fstat({file.fileno()})
except OSError:
    print("closed")
"""
        print(python(code, capture_output=True).stdout)
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "log")
        with open(name, "w+") as file:
            file.write("first\n")
            file.flush()
            python("print('second')", stdout=file)
            python("print('third')", stdout=file)
            file.write("last\n")
            file.seek(0)
            print(file.read().split())
        with open(name) as file:
            print(file.readline(), python("print(input())", stdin=file, capture_output=True).stdout)
    with tempfile.TemporaryFile() as file:
        python("print('into a file without a name')", stdout=file)
        file.seek(0)
        print(file.read())


def pipeline():
    first = subprocess.Popen([PYTHON, "-c", "for i in range(100_000): print(i)"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    second = subprocess.Popen([PYTHON, "-c", "for _ in range(3): print(int(input()) * 2)"], stdin=first.stdout,
                              stdout=subprocess.PIPE)
    first.stdout.close()
    print(second.communicate()[0].split(), second.returncode)
    print(first.wait() != 0)  # nobody reads it any more


def posix():
    pid = os.posix_spawn(PYTHON, [PYTHON, "-c", "raise SystemExit(7)"], os.environ)
    child, status = os.waitpid(pid, 0)
    print(child == pid, os.WIFEXITED(status), os.WEXITSTATUS(status))
    read, write = os.pipe()
    pid = os.posix_spawn(PYTHON, [PYTHON, "-c", "print('spawned')"], os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with open(read) as file:
        print(file.read(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    print(os.spawnv(os.P_WAIT, PYTHON, [PYTHON, "-c", "raise SystemExit(5)"]))
    try:
        os.waitpid(-1, 0)
    except ChildProcessError as error:
        print(type(error).__name__)
    pid = os.posix_spawn(PYTHON, [PYTHON, "-c", "import time; time.sleep(60)"], os.environ)
    print(os.waitpid(pid, os.WNOHANG))
    os.kill(pid, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    try:
        os.kill(pid, 0)
    except ProcessLookupError as error:
        print(type(error).__name__)


def many():
    processes = [subprocess.Popen([PYTHON, "-c", f"print({number} ** 2)"], stdout=subprocess.PIPE)
                 for number in range(8)]
    print([int(process.communicate()[0]) for process in processes])
    results = []
    threads = [threading.Thread(target=lambda n=n: results.append(
        python(f"print({n})", capture_output=True, text=True).stdout.strip())) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(results))
    grandchild = ("import subprocess, sys; "
                  "print(subprocess.check_output([sys.executable, '-c', 'print(6 * 7)'], text=True))")
    print(python(grandchild, capture_output=True, text=True).stdout.strip())


def files_of_others():
    """What a child has opened for its own child is nobody's when it ends."""
    code = """if True:
        import subprocess, sys
        for name in sys.argv[1:]:
            subprocess.run([sys.executable, '-c', 'print(1)'], stdout=open(name, 'w'))
        print('done', flush=True)
        input()
    """
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, str(number)) for number in range(3)]
        child = subprocess.Popen([PYTHON, "-c", code, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdout.readline()
        files = [open(os.path.join(folder, f"own {number}"), "w+") for number in range(20)]
        child.communicate(b"\n")
        for file in files:
            with file:
                file.write("mine")
                file.flush()
                file.seek(0)
                assert file.read() == "mine"
        print([open(name).read() for name in names])


def main():
    for part in (streams, surroundings, endings, signals, blocked_from_the_start, descriptors, pipeline, posix, many,
                 files_of_others):
        print("--", part.__name__)
        part()
    start = time.monotonic()
    python("pass")
    print(time.monotonic() - start < 10)


if __name__ == "__main__":
    main()
