# SPDX-License-Identifier: Apache-2.0
"""Coroutines: async and await driven by a scheduler of our own; no event loop module, no I/O, no time."""

from collections import deque

DEFAULT = 200


class Turn:
    """Awaiting one gives every other task a turn."""

    def __await__(self):
        yield


class Channel:
    def __init__(self, capacity):
        self.items = deque()
        self.capacity = capacity

    async def put(self, item):
        while len(self.items) >= self.capacity:
            await Turn()
        self.items.append(item)

    async def get(self):
        while not self.items:
            await Turn()
        return self.items.popleft()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await self.put(None)

    def __aiter__(self):
        return self

    async def __anext__(self):
        item = await self.get()
        if item is None:
            raise StopAsyncIteration
        return item


async def produce(channel, count):
    async with channel:
        for i in range(count):
            await channel.put(i)


async def numbers(channel):
    async for item in channel:
        yield item * item


async def transform(source, target):
    async with target:
        async for square in numbers(source):
            await target.put(square % 97)


async def consume(channel, results):
    total = 0
    async for item in channel:
        total += item
    results.append(total)


def run_all(tasks):
    ready = deque(tasks)
    turns = 0
    while ready:
        task = ready.popleft()
        try:
            task.send(None)
        except StopIteration:
            continue
        ready.append(task)
        turns += 1
    return turns


def run(n):
    results = []
    turns = 0
    for i in range(n):
        tasks = []
        for pipeline in range(4):
            first, second = Channel(2 + pipeline), Channel(3)
            tasks += [produce(first, 200 + i), transform(first, second), consume(second, results)]
        turns += run_all(tasks)
    return f"{sum(results)},{turns}"
