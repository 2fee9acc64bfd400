import asyncio


async def produce(queue, name, count):
    for number in range(count):
        await queue.put((name, number))
        await asyncio.sleep(0)


async def consume(queue, seen):
    while True:
        seen.append(await queue.get())
        await asyncio.sleep(0.001)
        queue.task_done()


async def main():
    queue, seen = asyncio.Queue(maxsize=2), []
    workers = [asyncio.create_task(consume(queue, seen)) for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(produce(queue, name, 4))
    await queue.join()
    for worker in workers:
        worker.cancel()
    print(await asyncio.gather(*workers, return_exceptions=True))
    print(sorted(seen), queue.empty())

    ordered = asyncio.PriorityQueue()
    for number in (3, 1, 2):
        ordered.put_nowait(number)
    print([ordered.get_nowait() for _ in range(3)])
    try:
        ordered.get_nowait()
    except asyncio.QueueEmpty as error:
        print(repr(error))
    last = asyncio.LifoQueue(2)
    last.put_nowait("x")
    last.put_nowait("y")
    try:
        last.put_nowait("z")
    except asyncio.QueueFull as error:
        print(repr(error))
    last.shutdown()
    print(await last.get(), await last.get())
    try:
        await last.get()
    except asyncio.QueueShutDown as error:
        print(repr(error))


asyncio.run(main())
