"""The Mandelbrot set, a row to a piece of work for several processes, with a bar that shows how far it is.

    taipan run examples/parallel_mandelbrot.py 60 24
"""

import multiprocessing
import sys

DEPTH = 200
SHADES = " .:-=+*#%@"


def row(place):
    """One line of the picture: `place` is its number, the width and the height."""
    y, width, height = place
    line = []
    for x in range(width):
        point, value, steps = complex(x / width * 3 - 2.2, y / height * 2.4 - 1.2), 0j, 0
        while abs(value) < 2 and steps < DEPTH:
            value, steps = value * value + point, steps + 1
        line.append(SHADES[-1] if steps == DEPTH else SHADES[steps % (len(SHADES) - 1)])
    return y, "".join(line)


def show(done, count):
    bar = "#" * (done * 30 // count)
    print(f"\r[{bar:30}] {done} of {count}", end="\n" if done == count else "", file=sys.stderr, flush=True)


def main(width, height):
    lines = {}
    with multiprocessing.Pool(2) as pool:
        for y, line in pool.imap_unordered(row, [(y, width, height) for y in range(height)], chunksize=4):
            lines[y] = line
            show(len(lines), height)
    for y in range(height):
        print(lines[y].rstrip())


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3] or (60, 24)))
