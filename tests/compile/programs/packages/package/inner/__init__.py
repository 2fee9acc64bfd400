def deep():
    from ..one import VALUE
    return VALUE + 1
