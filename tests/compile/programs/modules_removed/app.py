import sys

import counted

print(counted.COUNT, "counted" in sys.modules)
del sys.modules["counted"]
import counted as again

print(again.COUNT, again is counted)
sys.modules["invented"] = type(sys)("invented")
import invented

print(invented.__name__)
sys.modules["forbidden"] = None
try:
    import forbidden
except ImportError as error:
    print(type(error).__name__, error)
