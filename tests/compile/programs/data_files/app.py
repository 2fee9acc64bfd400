import json
import os
from pathlib import Path

HERE = Path(__file__).parent

print((HERE / "words.txt").read_text(encoding="utf-8").split())
with open(HERE / "data" / "table.json", encoding="utf-8") as file:
    print(json.load(file))
with open(os.path.join(HERE, "data", "deep", "bytes.bin"), "rb") as file:
    print(file.read(4), file.tell(), file.seek(-2, os.SEEK_END), file.read(), file.read())
    print(os.fstat(file.fileno()).st_size, file.isatty())
for folder, folders, files in os.walk(HERE / "data"):
    folders.sort()
    print(os.path.relpath(folder, HERE), folders, sorted(files))
print(sorted(path.name for path in HERE.glob("data/**/*.json")))
print((HERE / "data").is_dir(), (HERE / "words.txt").is_file(), (HERE / "nothing").exists(), (HERE / "empty").stat().st_size)
for wrong in ("nothing.txt", "words.txt/x", "data/deep/nothing"):
    try:
        open(HERE / wrong)
    except OSError as error:
        print(type(error).__name__, error.strerror)
handles = [open(HERE / "words.txt") for _ in range(100)]
print(sum(len(handle.readline()) for handle in handles))
