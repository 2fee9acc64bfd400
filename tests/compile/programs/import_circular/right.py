import left


def value():
    return left.value() + "right"
