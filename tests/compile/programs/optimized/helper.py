"""More."""


def check(number):
    assert number > 0
    return number
