"""Shapes."""


def area(shape):
    return shape.width * shape.width


class Square:
    width = 2


try:
    area(3)
except AttributeError as error:
    REASON = str(error)


def area(shape):  # noqa: F811: the second is the one
    return len(shape) + 1
