import asyncio
import contextlib


async def count(name, limit):
    try:
        for number in range(limit):
            await asyncio.sleep(0.001)
            yield number
    finally:
        await asyncio.sleep(0)
        print("closed", name)


class Steps:
    def __init__(self, limit):
        self.limit = limit

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.limit:
            raise StopAsyncIteration
        self.limit -= 1
        await asyncio.sleep(0)
        return self.limit


@contextlib.asynccontextmanager
async def opened(name):
    print("open", name)
    try:
        yield name.title()
    finally:
        print("close", name)


async def main():
    print([number async for number in count("whole", 3)])
    print({number: double async for number in Steps(3) for double in [number * 2] if number})
    async with contextlib.aclosing(count("by aclosing", 9)) as numbers:
        async for number in numbers:
            if number == 2:
                break
    async with contextlib.AsyncExitStack() as stack:
        print(await stack.enter_async_context(opened("first")), await stack.enter_async_context(opened("second")))
    generator = count("by athrow", 5)
    print(await anext(generator))
    with contextlib.suppress(KeyError):
        await generator.athrow(KeyError("thrown"))
    print(await anext(generator, "exhausted"))
    forgotten = count("at the end of the loop", 5)
    print(await anext(forgotten))
    main.kept = forgotten


asyncio.run(main())
