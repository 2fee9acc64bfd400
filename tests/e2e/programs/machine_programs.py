"""Programs of the machine, which are no Python."""

import os
import subprocess
import sys
import tempfile
import venv


def shell(command, **options):
    return subprocess.run(command, shell=True, capture_output=True, text=True, **options)


for command in ("echo one; echo two >&2; exit 3", "printf '%s\n' b a | sort", "cat", "kill -TERM $$", "echo $X",
                "sleep 0; echo $((6 * 7))"):
    result = shell(command, input="from the parent\n", env={**os.environ, "X": "variable"})
    print(command, result.returncode, repr(result.stdout), repr(result.stderr))

print(subprocess.run("echo a; echo b >&2; echo c", shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
print(len(subprocess.run(["cat"], input=bytes(1_000_000), capture_output=True).stdout))
print(subprocess.run(["head", "-c", "3"], input=b"x" * 1_000_000, capture_output=True).stdout)

maker = subprocess.Popen([sys.executable, "-c", "for i in range(1000): print(i)"], stdout=subprocess.PIPE)
counter = subprocess.Popen(["wc", "-l"], stdin=maker.stdout, stdout=subprocess.PIPE)
maker.stdout.close()
print(counter.communicate()[0].split(), maker.wait())

with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "log")
    with open(name, "w+") as file:
        file.write("first\n")
        file.flush()
        subprocess.run(["echo", "second"], stdout=file)
        subprocess.run([sys.executable, "-c", "print('third')"], stdout=file)
        subprocess.run("echo fourth", shell=True, stdout=file)
        file.write("last\n")
        file.seek(0)
        print(file.read().split())
    print(sorted(os.listdir(folder)), shell("pwd", cwd=folder).stdout.strip() == os.path.realpath(folder))

print(shell(f'"{sys.executable}" -c "print(40 + 2)"').stdout)
process = subprocess.Popen(["sleep", "60"])
process.terminate()
print(process.wait())
print(os.system("exit 4"), os.popen("echo through a pipe").read())
try:
    subprocess.run(["/etc/hostname"])
except OSError as error:
    print(type(error).__name__)

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    venv.create(folder)
    found = shell(f'. "{folder}/bin/activate" && python -c "import sys; print(sys.prefix, sys.executable, sys.argv)" && '
                  f'cd "{folder}/bin" && ./python -c "import sys; print(sys.prefix)"')
    print(found.stdout.replace(folder, "FOLDER"), found.stderr)
