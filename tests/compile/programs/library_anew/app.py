import importlib, json, sys

old = json.decoder.JSONDecodeError
for name in [name for name in sys.modules if name.startswith("json")]:
    del sys.modules[name]
import json as fresh

print(fresh is json, fresh.dumps([1]), old is fresh.decoder.JSONDecodeError)
import string

string.digits = ""
print(repr(string.digits), importlib.reload(string).digits)
