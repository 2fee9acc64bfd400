# SPDX-License-Identifier: Apache-2.0
"""Pi digits: Gibbons' unbounded spigot; multiplication and division of large integers."""

DEFAULT = 2_200


def pi_digits():
    q, r, t, k, digit, odd = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < digit * t:
            yield digit
            q, r, digit = 10 * q, 10 * (r - digit * t), 10 * (3 * q + r) // t - 10 * digit
        else:
            q, r, t, k, digit, odd = (
                q * k,
                (2 * q + r) * odd,
                t * odd,
                k + 1,
                (q * (7 * k + 2) + r * odd) // (t * odd),
                odd + 2,
            )


def run(n):
    checksum = 0
    for _, digit in zip(range(n), pi_digits()):
        checksum = (checksum * 10 + digit) % 1_000_000_007
    return checksum
