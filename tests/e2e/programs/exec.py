"""exec in the ways that the standard library has, by children and by the first process; printed so that any target can be
compared with any other. Standard input is two lines."""

import os
import subprocess
import sys
import tempfile

PYTHON = sys.executable
PRELUDE = """
import os, signal, sys, threading, time
PYTHON = sys.executable
def become(code, *arguments):
    os.execv(PYTHON, [PYTHON, "-c", code, *map(str, arguments)])
"""


def start(code, *arguments, **options):
    return subprocess.Popen([PYTHON, "-c", PRELUDE + code, *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                            **options)


def show(title, code, *arguments, **options):
    with start(code, *arguments, **options) as process:
        output = process.stdout.read().replace(str(process.pid), "PID")
    print(title, process.returncode, repr(output))


def programs():
    show("execv", """
import atexit
atexit.register(print, "never")
os.write(1, b"%d " % os.getpid())
print("what was not flushed is lost")
become("import os, sys; print(os.getpid(), sys.argv)", "a b", "", "\\u00e4", 'c"d')
""")
    show("execve", """
os.execve(PYTHON, [PYTHON, "-c", "import os; print(os.environ.get('ONLY'), os.environ.get('HOME'))"], {"ONLY": "\\u00e4=1"})
""")
    for call in ("execlp(NAME, PYTHON, '-c', CODE)", "execvp(NAME, [PYTHON, '-c', CODE])",
                 "execlpe(NAME, PYTHON, '-c', CODE, {**os.environ, 'ADDED': 'x'})",
                 "execl(PYTHON, PYTHON, '-c', CODE)"):
        show(call, f"""
NAME = os.path.basename(PYTHON)
CODE = "import os; print(os.environ.get('ADDED'))"
os.environ["PATH"] = "/no/such:" + os.path.dirname(PYTHON)
os.{call}
""")
    show("again and again", """
code = '''
import os, sys
left = int(sys.argv[1])
os.write(1, b"%d " % os.getpid())
if left:
    os.execv(sys.executable, [sys.executable, "-c", sys.argv[2], str(left - 1), sys.argv[2]])
'''
become(code, 3, code)
""")


def endings():
    show("exit", "become('raise SystemExit(5)')")
    show("killed", "become('import os, signal; os.kill(os.getpid(), signal.SIGTERM)')")
    process = start("become('import os; os.write(1, b\"up\\\\n\"); input()')", stdin=subprocess.PIPE)
    process.stdout.readline()
    print("seen by its parent", os.waitpid(process.pid, os.WNOHANG), process.poll())
    process.terminate()
    print(process.wait())
    process.stdin.close()
    process.stdout.close()


def descriptors():
    show("a pipe", """
read, write = os.pipe()
os.set_inheritable(read, True)
os.write(write, b"left behind")
become("import os, sys; fd = int(sys.argv[1]); print(os.read(fd, 100), os.read(fd, 100))", read)
""")
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "log")
        show("files", """
kept = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
os.set_inheritable(kept, True)
closed = os.open(sys.argv[1], os.O_RDONLY)
nothing = os.open(os.devnull, os.O_RDWR)
os.set_inheritable(nothing, True)
os.dup2(kept, 20)
os.write(kept, b"first ")
become('''
import os, sys
kept, closed, nothing = map(int, sys.argv[1:])
os.write(20, b"second ")
os.write(kept, b"third")
try:
    os.fstat(closed)
except OSError as error:
    print(error.strerror)
print(os.read(nothing, 1), os.lseek(kept, 0, os.SEEK_CUR), os.get_inheritable(kept))
''', kept, closed, nothing)
""", name)
        with open(name) as file:
            print(file.read())
    # Who reads sees the end when the old program is gone, not its process.
    read, write = os.pipe()
    process = start("""
write = int(sys.argv[1])
os.set_inheritable(write, False)
os.write(write, b"before")
become("input()")
""", write, stdin=subprocess.PIPE, pass_fds=[write])
    os.close(write)
    print("the end", os.read(read, 100), os.read(read, 100), process.poll())
    process.communicate("\n")
    os.close(read)


def surroundings():
    with tempfile.TemporaryDirectory() as folder:
        show("place", """
os.chdir(sys.argv[1])
os.umask(0o027)
become('''
import os, sys
print(os.path.samefile(".", sys.argv[1]), oct(os.umask(0)))
print(os.getppid() == int(sys.argv[2]), os.getsid(0) == os.getpgid(0) == os.getpid())
''', sys.argv[1], os.getppid())
""", folder, start_new_session=True)
    show("signals", """
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.signal(signal.SIGUSR2, lambda number, frame: None)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM)
become('''
import signal
print(signal.getsignal(signal.SIGUSR1) == signal.SIG_IGN, signal.getsignal(signal.SIGUSR2) == signal.SIG_DFL)
print(signal.SIGTERM in signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.SIGTERM in signal.sigpending(), flush=True)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
''')
""")
    show("an alarm", "signal.alarm(1); become('import time; time.sleep(60)')")
    show("a child of the old program", """
import subprocess
child = subprocess.Popen([PYTHON, "-c", "raise SystemExit(6)"])
become("import os; print(os.waitstatus_to_exitcode(os.wait()[1]))")
""")
    show("from a thread", "threading.Thread(target=become, args=('print(1 + 1)',)).start(); time.sleep(60)")
    with start("""
def write():
    while True:
        os.write(1, b".")
threading.Thread(target=write).start()
time.sleep(0.05)
become("import os, time; os.write(1, b'|'); time.sleep(0.1); print('alone')")
""") as process:
        print("threads", process.stdout.read().lstrip("."), process.wait())


def failures():
    show("failures", """
import errno
count = 0
def run():
    global count
    while True:
        count += 1
        time.sleep(0.001)
threading.Thread(target=run, daemon=True).start()
signal.signal(signal.SIGTERM, lambda number, frame: print("handled"))
read, write = os.pipe()
for arguments in (["/no/such/program", ["x"]], ["", ["x"]], [PYTHON, ["x" * (3 << 20)]]):
    try:
        os.execv(*arguments)
    except OSError as error:
        print(errno.errorcode[error.errno])
before = count
time.sleep(0.1)
os.kill(os.getpid(), signal.SIGTERM)
os.write(write, b"still there")
print(count > before, os.read(read, 100))
""")


def first():
    """Here the first process becomes another program, and that one, too."""
    read, write = os.pipe()
    os.set_inheritable(read, True)
    os.write(write, b"left behind")
    print("the first process", os.read(0, 6))
    sys.stdout.flush()
    import threading
    threading.Thread(target=lambda: [os.write(write, b".") for _ in iter(int, 1)], daemon=True).start()
    os.execv(PYTHON, [PYTHON, __file__, "second", str(os.getpid()), str(read)])


def second(pid, read):
    print(os.getpid() == int(pid))
    data = b""
    while piece := os.read(int(read), 65536):
        data += piece
    print(data.rstrip(b"."))
    print(input())
    print(subprocess.run([PYTHON, "-c", "print('a child')"], capture_output=True).stdout, flush=True)
    os.execve(PYTHON, [PYTHON, __file__, "third", pid], {**os.environ, "STAGE": "3"})


def third(pid):
    print(os.getpid() == int(pid), os.environ["STAGE"], sys.stdin.read())
    sys.exit(7)


if len(sys.argv) > 1:
    {"second": second, "third": third}[sys.argv[1]](*sys.argv[2:])
else:
    for part in (programs, endings, descriptors, surroundings, failures, first):
        part()
