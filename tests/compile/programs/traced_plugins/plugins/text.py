import textwrap


def describe():
    return textwrap.shorten("a long text that is cut", 12)
