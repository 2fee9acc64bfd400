import sys, zlib

data = sys.stdin.buffer.read()
sys.stdout.buffer.write(data[::-1])
print(len(data), zlib.crc32(data))
