import asyncio


async def hold(lock, name):
    async with lock:
        print(name, "in")
        await asyncio.sleep(0.001)
        print(name, "out")


async def main():
    for lock in (asyncio.Lock(), asyncio.Semaphore(2), asyncio.BoundedSemaphore(1), asyncio.Condition()):
        print(type(lock).__name__)
        await asyncio.gather(*(hold(lock, name) for name in "abc"))
    barrier = asyncio.Barrier(3)

    async def meet(number):
        await asyncio.sleep(number / 100)
        async with barrier as position:
            return position

    print(sorted(await asyncio.gather(*map(meet, range(3)))))
    condition, ready = asyncio.Condition(), []

    async def wait_for_all():
        async with condition:
            await condition.wait_for(lambda: len(ready) == 2)
            print("both", ready)

    async def arrive(name):
        async with condition:
            ready.append(name)
            condition.notify_all()

    await asyncio.gather(wait_for_all(), arrive("one"), arrive("two"))
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, event.set)
    print(await event.wait(), event.is_set())


asyncio.run(main())
