# SPDX-License-Identifier: Apache-2.0
"""Pickle written in Python: the pure-Python pickler and unpickler; dispatch tables, bytes, struct and memo dicts."""

import io
import pickle

DEFAULT = 140

PROTOCOL = 4  # the default differs between versions


class Account:
    def __init__(self, number, owner):
        self.number = number
        self.owner = owner
        self.history = [(number * day, day % 3 == 0) for day in range(8)]


def make_value():
    owners = [{"name": f"owner {i}", "age": 20 + i, "score": i / 7} for i in range(20)]
    accounts = [Account(i, owners[i % len(owners)]) for i in range(40)]
    return {"accounts": accounts, "blob": bytes(range(256)), "large": 3**200, "none": None}


def dump(value):
    buffer = io.BytesIO()
    pickle._Pickler(buffer, PROTOCOL).dump(value)
    return buffer.getvalue()


def load(data):
    return pickle._Unpickler(io.BytesIO(data)).load()


def run(n):
    value = make_value()
    total = 0
    for _ in range(n):
        value = load(dump(value))
        total += sum(account.number + account.owner["age"] for account in value["accounts"])
    assert value["accounts"][0].owner is value["accounts"][20].owner
    return f"{total},{value['large'] % 1_000_003},{len(value['blob'])}"
