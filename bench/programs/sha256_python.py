# SPDX-License-Identifier: Apache-2.0
"""SHA-256 written in Python: 32-bit arithmetic on integers, shifts, masks, bytes and fixed-size lists."""

from hashlib import sha256

DEFAULT = 1_800

MASK = 0xFFFFFFFF


def primes(count):
    found = []
    candidate = 2
    while len(found) < count:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return found


def integer_root(value, degree):
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle - 1
    return low


# the first 32 bits of the fractions of the primes' cube and square roots
ROUND_KEYS = [integer_root(p << 96, 3) & MASK for p in primes(64)]
START = [integer_root(p << 64, 2) & MASK for p in primes(8)]


def rotated(word, bits):
    return (word >> bits | word << (32 - bits)) & MASK


def schedule(block):
    words = [int.from_bytes(block[i:i + 4], "big") for i in range(0, 64, 4)]
    for i in range(16, 64):
        near, far = words[i - 15], words[i - 2]
        s0 = rotated(near, 7) ^ rotated(near, 18) ^ near >> 3
        s1 = rotated(far, 17) ^ rotated(far, 19) ^ far >> 10
        words.append((words[i - 16] + s0 + words[i - 7] + s1) & MASK)
    return words


def compress(state, block):
    a, b, c, d, e, f, g, h = state
    for word, key in zip(schedule(block), ROUND_KEYS):
        s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
        t1 = h + s1 + (e & f ^ ~e & g) + key + word
        s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
        t2 = s0 + (a & b ^ a & c ^ b & c)
        h, g, f, e, d, c, b, a = g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK
    return [(old + new) & MASK for old, new in zip(state, (a, b, c, d, e, f, g, h))]


def digest(message):
    padding = b"\x80" + bytes((55 - len(message)) % 64)
    padded = message + padding + (8 * len(message)).to_bytes(8, "big")
    state = START
    for start in range(0, len(padded), 64):
        state = compress(state, padded[start:start + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def run(n):
    message = bytes(i * i % 256 for i in range(n * 2 + 1))
    result = digest(message)
    for _ in range(n):
        result = digest(result)
    expected = sha256(message).digest()
    for _ in range(n):
        expected = sha256(expected).digest()
    assert result == expected
    return result.hex()
