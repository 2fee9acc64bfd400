import colorsys


def describe():
    return colorsys.rgb_to_hsv(0, 1, 0)
