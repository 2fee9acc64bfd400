import importlib, os, sys

folder = os.path.join(os.getcwd(), "dropped")
os.mkdir(folder)
with open(os.path.join(folder, "dropped_in.py"), "w") as file:
    file.write("import json\nVALUE = json.dumps({'from': 'disk'})\n")
sys.path.insert(0, folder)
import json
import dropped_in

print(dropped_in.VALUE)
with open(os.path.join(folder, "dropped_later.py"), "w") as file:
    file.write("VALUE = 'later'\n")
importlib.invalidate_caches()
print(importlib.import_module("dropped_later").VALUE)
