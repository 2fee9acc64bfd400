# SPDX-License-Identifier: Apache-2.0
"""Closures: nested functions, nonlocal, decorators, partial, lambdas in map/filter/reduce and memoisation."""

from functools import lru_cache, partial, reduce, wraps

DEFAULT = 50_000


def counter(start):
    value = start

    def increment(by=1):
        nonlocal value
        value += by
        return value

    return increment


def traced(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


def compose(*functions):
    return reduce(lambda f, g: lambda value: f(g(value)), functions)


def power(base, exponent, modulus):
    return base**exponent % modulus


def run(n):
    @traced
    def mix(value, *, salt=7):
        return value * 31 + salt

    @lru_cache(maxsize=64)
    def collatz(value):
        return 0 if value == 1 else 1 + collatz(value // 2 if value % 2 == 0 else 3 * value + 1)

    count = counter(0)
    cube = partial(power, exponent=3, modulus=10_007)
    pipeline = compose(lambda v: v + 1, lambda v: v * 2, mix, lambda v: v & 0xFFF)
    total = 0
    for i in range(n):
        total += count() + count(by=2)
        total += pipeline(i)
        total += mix(i, salt=i & 7)
        total += cube(i)
        total += sum(map(lambda v: v ^ i, filter(lambda v: v % 3, range(8))))
        total += collatz(i % 90 + 1)
    return f"{total},{mix.calls}"
