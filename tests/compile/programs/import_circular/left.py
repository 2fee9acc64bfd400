import right


def value():
    return "left"
