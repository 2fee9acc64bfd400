"""What processes may use and have used, printed so that any target can be compared with any other."""

import errno
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

PYTHON = sys.executable
BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def start(code):
    return os.posix_spawn(PYTHON, [PYTHON, "-c", code], os.environ)


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except OSError as error:
        return type(error).__name__, errno.errorcode[error.errno]
    except ValueError as error:
        return type(error).__name__, str(error)


def waits():
    print(attempt(os.wait3, 0))
    pid = start(BUSY + "\nraise SystemExit(3)")
    child, status, usage = os.wait4(pid, 0)
    print(child == pid, os.waitstatus_to_exitcode(status), type(usage).__name__, len(usage))
    print(usage.ru_utime + usage.ru_stime >= 0.3, usage.ru_maxrss > 1024)
    pid = start("pass")
    child, status, usage = os.wait3(0)
    print(child == pid, status, 0 <= usage.ru_utime < 60)
    pid = start("import time; time.sleep(60)")
    child, status, usage = os.wait4(pid, os.WNOHANG)
    print(child, status, sum(usage))
    os.kill(pid, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.wait4(pid, 0)[1]))
    print(attempt(os.wait4, pid, 0))


def usage():
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_THREAD):
        before = resource.getrusage(who)
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
        after = resource.getrusage(who)
        print(type(after).__name__, 0.05 < after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 60)
    before = resource.getrusage(resource.RUSAGE_SELF)
    time.sleep(0.5)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print("asleep", after.ru_utime - before.ru_utime < 0.3, after.ru_maxrss > 1024)
    block = bytearray(64 << 20)
    block[::4096] = b"x" * len(block[::4096])
    print("grown", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 64 << 10)
    before, times = resource.getrusage(resource.RUSAGE_CHILDREN), os.times()
    subprocess.run([PYTHON, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print("children", used >= 0.3, after.ru_maxrss > 1024)
    now = os.times()
    used = now.children_user + now.children_system - times.children_user - times.children_system
    print("times", used >= 0.25, now.user + now.system > 0.1, now.elapsed > times.elapsed)
    print(attempt(resource.getrusage, 42))


def limits():
    kinds = "AS CORE CPU DATA FSIZE MEMLOCK NICE NOFILE NPROC RSS STACK"
    print([kind for kind in kinds.split() if not hasattr(resource, "RLIMIT_" + kind)], resource.RLIM_INFINITY)
    print(resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CPU))
    print([0 < resource.getrlimit(limit)[0] for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_STACK)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 29, 1 << 30))
    print(resource.getrlimit(resource.RLIMIT_FSIZE), resource.prlimit(0, resource.RLIMIT_FSIZE))
    print(resource.prlimit(os.getpid(), resource.RLIMIT_FSIZE, (1 << 28, 1 << 29)))
    print(resource.getrlimit(resource.RLIMIT_FSIZE))
    for limits in ((2, 1), (-1, 1 << 29), (1,), (1 << 28, 1 << 29)):
        print(limits, attempt(resource.setrlimit, resource.RLIMIT_FSIZE, limits))
    print(attempt(resource.getrlimit, 1000), attempt(resource.prlimit, -1, resource.RLIMIT_FSIZE))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    print(os.sysconf("SC_OPEN_MAX") == soft, attempt(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, 1 << 30)))
    resource.setrlimit(resource.RLIMIT_NOFILE, (20, hard))
    opened = []
    try:
        while True:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        print(errno.errorcode[error.errno], opened[-1])
    for call in (lambda: os.dup(0), os.pipe, lambda: os.dup2(0, 20)):
        print(attempt(call))
    for descriptor in opened:
        os.close(descriptor)
    print(os.dup2(0, 19))
    os.close(19)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(os.dup2(0, 20))
    os.close(20)


def cpu_time():
    handler = "signal.signal(signal.SIGXCPU, lambda *_: print('too long', flush=True))"
    for prepare, more in (("", 60), (handler, 1)):
        code = f"""
import resource, signal, time
{prepare}
soft = int(time.process_time()) + 1
resource.setrlimit(resource.RLIMIT_CPU, (soft, soft + {more}))
while True: pass
"""
        done = subprocess.run([PYTHON, "-c", code], capture_output=True)
        print(done.stdout, done.stderr, signal.Signals(-done.returncode).name)


def priority():
    base = os.getpriority(os.PRIO_PROCESS, 0)
    print(os.nice(0) == base, os.nice(3) == base + 3)
    os.setpriority(os.PRIO_PROCESS, os.getpid(), base + 5)
    print(os.getpriority(os.PRIO_PROCESS, os.getpid()) - base, os.nice(100), os.nice(0))
    print(attempt(os.getpriority, os.PRIO_PROCESS, 2**30), attempt(os.getpriority, 99, 0))
    print(attempt(os.setpriority, os.PRIO_PROCESS, 2**30, 1))


def groups():
    print(os.getgid() in {*os.getgroups(), os.getegid()})
    print(os.getgrouplist("nobody of that name", 17))
    print(0 in os.getgrouplist("root", 0))


def paths():
    with tempfile.TemporaryDirectory() as folder:
        print(os.pathconf(folder, "PC_NAME_MAX"), os.pathconf(folder, "PC_PATH_MAX"))
        print(attempt(os.pathconf, os.path.join(folder, "none"), "PC_NAME_MAX"))
    print(os.fpathconf(0, "PC_PIPE_BUF"), attempt(os.fpathconf, 500, "PC_NAME_MAX"))


def main():
    for part in (waits, usage, limits, cpu_time, priority, groups, paths):
        print("--", part.__name__)
        part()
        sys.stdout.flush()


if __name__ == "__main__":
    main()
