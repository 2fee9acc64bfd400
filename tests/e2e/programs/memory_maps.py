"""Maps of files, printed so that any target can be compared with any other."""

import mmap
import os
import tempfile

SIZE = mmap.ALLOCATIONGRANULARITY


def content(path):
    with open(path, "rb") as file:
        return file.read()


def new_file(path, data):
    file = open(path, "w+b")
    file.write(data)
    file.flush()
    return file


def closed_file(folder):
    """The map outlives its file's descriptor, whose number another file gets."""
    path, other_path = os.path.join(folder, "mapped"), os.path.join(folder, "other")
    file = new_file(path, b"x" * 1000)
    map = mmap.mmap(file.fileno(), 0)
    file.close()
    other = new_file(other_path, b"o" * 1000)
    map[0:1] = b"F"
    map.flush()
    map[1:2] = b"C"
    map.close()
    other.close()
    print(content(path)[:3], content(other_path)[:3])


def sizes(folder):
    path = os.path.join(folder, "sizes")
    with new_file(path, b"0123456789") as file, mmap.mmap(file.fileno(), 0) as map:
        map[9:10] = b"!"
        map.resize(20)
        print(map.size(), len(map), map[:], os.path.getsize(path))
        map[15:16] = b"?"
        map.resize(4)
        map[0:1] = b"#"
        print(map.size(), len(map), map[:])
    print(content(path))
    with mmap.mmap(-1, 10) as zeros:
        zeros[5] = 7
        zeros.resize(SIZE)
        print(len(zeros) == SIZE, zeros[5], zeros[-1])


def ways(folder):
    path = os.path.join(folder, "ways")
    file = new_file(path, bytes(SIZE) + b"second part")
    with mmap.mmap(file.fileno(), 11, offset=SIZE) as part:
        part[0:6] = b"SECOND"
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as copy:
        copy[SIZE:SIZE + 6] = b"copied"
        print(copy[SIZE:], content(path)[SIZE:])
    with open(path, "rb") as reader:
        with mmap.mmap(reader.fileno(), 0, access=mmap.ACCESS_READ) as seen:
            print(seen.find(b"part") - SIZE, seen[SIZE:])
        try:
            mmap.mmap(reader.fileno(), 0)
        except OSError as error:
            print(error.strerror)
    with open(path, "ab") as writer:
        try:
            mmap.mmap(writer.fileno(), 0)
        except OSError as error:
            print(error.strerror)
    file.close()
    source, sink = os.pipe()
    try:
        mmap.mmap(source, 10)
    except (OSError, ValueError) as error:
        print(type(error).__name__)


def beside_writes(folder):
    """What others write into the file meanwhile stays."""
    path = os.path.join(folder, "beside")
    with new_file(path, b"........") as file, mmap.mmap(file.fileno(), 0) as map:
        map[0:1] = b"M"
        os.pwrite(file.fileno(), b"W", 7)
    print(content(path))
    with new_file(path, bytes(2 * SIZE)) as file, mmap.mmap(file.fileno(), 0) as map:
        map[::3] = b"3" * len(map[::3])
        map[SIZE] = 65
        os.pwrite(file.fileno(), b"W", 1)
        map.flush(SIZE, SIZE)
        print(content(path)[SIZE:SIZE + 1])
    print(content(path)[:8], content(path).count(b"3") == (2 * SIZE + 2) // 3 - (SIZE % 3 == 0))
    with new_file(path, b"long enough") as file, mmap.mmap(file.fileno(), 0) as map:
        map[0:1] = b"L"
        map.flush()
        map[10:11] = b"!"
        file.truncate(4)
    print(content(path))


with tempfile.TemporaryDirectory() as folder:
    for part in (closed_file, sizes, ways, beside_writes):
        print("--", part.__name__)
        part(folder)
