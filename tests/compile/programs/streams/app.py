import io, sys

print("to stdout", sys.stdout.encoding, sys.stdout.line_buffering, sys.stdin.readline().strip())
print("to stderr", file=sys.stderr)
sys.stdout.write("no newline")
sys.stdout.flush()
sys.stdout.buffer.write(b"\nbytes\n")
print([line.rstrip() for line in sys.stdin], sys.stdin.read() == "")
caught = io.StringIO()
sys.stdout, saved = caught, sys.stdout
print("caught")
sys.stdout = saved
print(caught.getvalue(), end="")
print(sys.__stdout__ is sys.stdout, sys.stderr.errors, sys.stdout.name, sys.stdin.mode)
