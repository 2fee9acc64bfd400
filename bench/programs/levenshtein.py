# SPDX-License-Identifier: Apache-2.0
"""Edit distance: dynamic programming over two lists; nested loops, indexing, min() and string comparison."""

DEFAULT = 850

LETTERS = "ACGT"


def make_sequence(length, seed):
    state = seed
    letters = []
    for _ in range(length):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        letters.append(LETTERS[state >> 16 & 3])
    return "".join(letters)


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        current = [i]
        for j, right in enumerate(b, 1):
            cost = previous[j - 1] + (left != right)
            current.append(min(previous[j] + 1, current[j - 1] + 1, cost))
        previous = current
    return previous[-1]


def longest_common(a, b):
    best = [0] * (len(b) + 1)
    for left in a:
        diagonal = 0
        for j in range(len(b)):
            above = best[j + 1]
            if left == b[j]:
                best[j + 1] = diagonal + 1
            elif best[j] > above:
                best[j + 1] = best[j]
            diagonal = above
    return best[-1]


def run(n):
    a, b, c = (make_sequence(n + 20 * i, 17 + i) for i in range(3))
    return f"{distance(a, b)},{distance(b, c)},{longest_common(a, c)}"
