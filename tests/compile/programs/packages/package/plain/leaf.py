"""In a folder without __init__.py, below a package with one."""

NAME = __name__
