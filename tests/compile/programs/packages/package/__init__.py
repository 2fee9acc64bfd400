from . import one
__all__ = ["one", "two"]
