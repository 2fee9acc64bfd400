"""What cannot be executed, and what can be by its descriptor, where the machine's files are."""

import errno
import os
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    def make(name, text, mode):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    locked = make("locked", "#!/bin/sh\n", 0o644)
    for path in (locked, folder, make("nonsense", "nonsense", 0o755), os.path.join(locked, "below"), locked + "-none"):
        try:
            os.execv(path, ["x"])
        except OSError as error:
            print(os.path.basename(path) if path != folder else "folder", errno.errorcode[error.errno])
    for call in (os.execvp, os.execlp):
        try:
            call("no-such-program", ["x"] if call is os.execvp else "x")
        except FileNotFoundError as error:
            print(error.strerror)
    script = make("script", '#!/bin/sh\necho "$0" "$@"\n', 0o755)
    code = "import os, sys; os.execv(sys.argv[1], ['named otherwise', 'a b'])"
    print(subprocess.run([sys.executable, "-c", code, script], capture_output=True, text=True).stdout.replace(folder, ""))
code = "import os; os.execve(os.open('/bin/echo', os.O_RDONLY), ['echo', 'by its descriptor'], os.environ)"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
try:
    os.execve(99, ["x"], {})
except OSError as error:
    print(errno.errorcode[error.errno])
sys.stdout.flush()
os.execv("/bin/sh", ["sh", "-c", "kill -USR1 $$"])
