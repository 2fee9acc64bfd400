"""An asyncio producer and a consumer, with a process for each piece of work in between.

    taipan run examples/producers.py 6
"""

import asyncio
import sys

AT_ONCE = 3
WORK = "import sys; n = int(sys.stdin.read()); print(sum(i * i for i in range(n)))"


async def produce(count, todo):
    for number in range(1, count + 1):
        await todo.put(number * 1000)
    for _ in range(AT_ONCE):
        await todo.put(None)


async def work(todo, done):
    while (number := await todo.get()) is not None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORK,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate(str(number).encode())
        await done.put((number, int(output)))


async def consume(count, done):
    results = {}
    while len(results) < count:
        number, result = await done.get()
        results[number] = result
        print(f"{len(results)} of {count}", file=sys.stderr)
    return results


async def main(count):
    todo, done = asyncio.Queue(AT_ONCE), asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(count, todo))
        for _ in range(AT_ONCE):
            group.create_task(work(todo, done))
        results = group.create_task(consume(count, done))
    for number, result in sorted(results.result().items()):
        print(f"{number:6}: {result}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 6))
