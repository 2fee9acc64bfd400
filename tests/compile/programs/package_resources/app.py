import pkgutil
from importlib import resources

import package

print(resources.files(package).joinpath("greeting.txt").read_text(encoding="utf-8"))
print(resources.files("package.inner").joinpath("deep", "more.txt").read_bytes())
print(pkgutil.get_data("package", "greeting.txt"))
with resources.as_file(resources.files("package") / "greeting.txt") as path:
    print(path.name, path.read_text(encoding="utf-8"))
print(sorted(one.name for one in resources.files("package").iterdir() if one.name.endswith(".txt")))
print(resources.read_text("package", "greeting.txt"), resources.is_resource("package", "nothing.txt"))
