"""Draws the Mandelbrot set with letters: mandelbrot.py [WIDTH]."""

import sys

SHADES = " .:-=+*#%@"


def escape(c, limit=60):
    """How many steps it takes to leave, or the limit."""
    z = 0j
    for step in range(limit):
        if abs(z) > 2:
            return step
        z = z * z + c
    return limit


def main():
    width = int(sys.argv[1]) if len(sys.argv) > 1 else 72
    height = width * 2 // 5
    for row in range(height):
        imaginary = 2.3 * row / (height - 1) - 1.15
        steps = (escape(complex(3.2 * column / width - 2.3, imaginary)) for column in range(width))
        print("".join(SHADES[min(step // 4, len(SHADES) - 1)] for step in steps).rstrip())


main()
