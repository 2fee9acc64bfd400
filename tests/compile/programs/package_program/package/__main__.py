from . import NAME

print(NAME, __name__, __package__, __spec__.name)
