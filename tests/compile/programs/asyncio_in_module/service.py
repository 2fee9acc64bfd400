"""What asyncio keeps over a snapshot: a module has locks, queues and a policy before any loop runs."""

import asyncio
import functools

runs = []
finished = set()
ready = asyncio.Event()
queue = asyncio.Queue()
policy = asyncio.get_event_loop_policy()


@functools.cache
def name_of(number):
    return f"part {number}"


class Service:
    def __init__(self, name):
        self.name = name

    async def part(self, number):
        await asyncio.sleep(0.001)
        runs.append((self.name, name_of(number), ready.is_set()))
        ready.set()
        finished.add(asyncio.current_task())
        await queue.put(number)

    async def run(self):
        await asyncio.gather(*map(self.part, range(3)))
        return self.name, [await queue.get() for _ in range(3)], asyncio.get_event_loop_policy() is policy
