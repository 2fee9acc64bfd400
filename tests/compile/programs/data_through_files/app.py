import json, os, tempfile

with tempfile.TemporaryDirectory(dir=".") as folder:
    path = os.path.join(folder, "data.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"ä": list(range(5))}, file, ensure_ascii=False)
    print(os.path.getsize(path), sorted(os.listdir(folder)), open(path, "rb").read(12))
print(os.path.exists(path))
