import sys, zipfile, zipimport

with zipfile.ZipFile("modules.zip", "w") as archive:
    archive.writestr("zipped.py", "VALUE = __name__ + ' from zip'\n")
sys.path.insert(0, "modules.zip")
import zipped

print(zipped.VALUE, type(zipped.__loader__) is zipimport.zipimporter)
