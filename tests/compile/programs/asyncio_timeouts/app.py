import asyncio
import time


async def main():
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.02)
    except TimeoutError as error:
        print("wait_for", repr(error))
    try:
        async with asyncio.timeout(0.02) as limit:
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout", limit.expired())
    async with asyncio.timeout(None) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + 10)
        await asyncio.sleep(0)
    print("in time", limit.expired())
    try:
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + 0.05):
            async with asyncio.timeout(10):
                await asyncio.sleep(20)
    except TimeoutError:
        print("the outer one")
    print(await asyncio.wait_for(asyncio.shield(asyncio.sleep(0.01, "shielded")), 5))
    begin = time.monotonic()
    await asyncio.gather(*(asyncio.sleep(0.2) for _ in range(100)))
    print("together", 0.2 <= time.monotonic() - begin < 2)


asyncio.run(main())
