"""exec of programs that are no Python, by children and by the first process. Standard input is some lines."""

import os
import subprocess
import sys

PRELUDE = "import os, sys, time\n"


def show(title, code, **options):
    result = subprocess.run([sys.executable, "-c", PRELUDE + code], capture_output=True, text=True, **options)
    print(title, result.returncode, repr(result.stdout))


show("echo", "print('lost', end=''); os.execv('/bin/echo', ['echo', 'a b', '', 'c'])")
show("by PATH", "os.execvp('echo', ['echo', 'found'])")
show("environment", "os.execve('/bin/sh', ['sh', '-c', 'echo $ONLY $HOME'], {'ONLY': 'x'})")
show("input", "os.execvp('cat', ['cat'])", input="from the parent\n")
show("exit", "os.execvp('sh', ['sh', '-c', 'exit 3'])")
show("both ends", """
read, write = os.pipe()
os.write(write, b"left behind")
os.dup2(read, 0)
os.execvp("cat", ["cat"])
""")
show("sh as well", "os.system('exec echo from the shell')")
read, write = os.pipe()
with subprocess.Popen([sys.executable, "-c", "import os; os.execvp('sleep', ['sleep', '60'])"], pass_fds=[write]) as process:
    os.close(write)
    process.terminate()
    print("killed", process.wait(), os.read(read, 1))
sys.stdout.flush()
os.execvp("cat", ["cat"])
