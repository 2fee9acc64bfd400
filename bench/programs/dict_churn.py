# SPDX-License-Identifier: Apache-2.0
"""Dict churn: inserting, looking up, deleting and merging; integer, string and tuple keys."""

DEFAULT = 70


def count_words(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def sliding_window(size, window):
    seen = {}
    total = 0
    for i in range(size):
        seen[i] = i * i
        if i >= window:
            total += seen.pop(i - window) & 0xFF
    return total + len(seen)


def grid_walk(steps):
    """Langton's ant on a dict of coordinates."""
    black = {}
    x = y = 0
    dx, dy = 0, 1
    for _ in range(steps):
        if (x, y) in black:
            del black[x, y]
            dx, dy = -dy, dx
        else:
            black[x, y] = True
            dx, dy = dy, -dx
        x += dx
        y += dy
    return len(black)


def run(n):
    words = [f"w{i * i % 997}" for i in range(8000)]
    checksum = 0
    for i in range(n):
        counts = count_words(words)
        inverted = {}
        for word, count in counts.items():
            inverted.setdefault(count, []).append(word)
        merged = counts | {f"w{i}": -1, f"x{i}": i}
        checksum += len(inverted) + sum(merged.values())
        checksum += sliding_window(12_000, 500)
        checksum += grid_walk(9000)
    return checksum
