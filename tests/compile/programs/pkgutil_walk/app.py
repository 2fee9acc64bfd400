import pkgutil

import plugins

for info in pkgutil.iter_modules(plugins.__path__, "plugins."):
    print(info.name, info.ispkg, __import__(info.name, fromlist=["x"]).NAME)
