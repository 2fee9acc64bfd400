"""What scripts do with a shell, in a folder of their own."""

import os
import subprocess
import tempfile

COMMANDS = """
echo hello | tr a-z A-Z
for i in 3 1 2; do echo $i; done | sort -n | head -2
printf 'b\\na\\nb\\n' | sort | uniq -c | sed 's/^ *//'
echo text > file && cat file && wc -c < file
echo more >> file; grep -n more file; grep -c none file || echo none
ls | wc -l
test -f file && echo there; [ -d file ] || echo no folder
X=value; echo "$X ${Y:-default} $((6 * 7))" '$X'
false || true && echo both
echo error >&2; exit 7
cat <<END
a line and $HOME
END
mkdir -p a/b && cp file a/b/copy && find . -type f | sort
echo "$(cat file | head -1) again"
seq 1 5 | while read n; do echo $((n * n)); done
no_such_command
""".strip()

with tempfile.TemporaryDirectory() as folder:
    environment = {"HOME": "/home/user", "PATH": os.environ.get("PATH", "/bin:/usr/bin")}
    blocks = COMMANDS.replace("cat <<END\na line and $HOME\nEND", "HEREDOC").split("\n")
    for command in blocks:
        command = command.replace("HEREDOC", "cat <<END\na line and $HOME\nEND")
        result = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
        print(repr(command), result.returncode, repr(result.stdout))
    print(subprocess.run(["cat", "-"], input="straight\n", capture_output=True, text=True).stdout)
    print(os.system("exit 3"), os.popen("echo $((1 + 1))").read())
