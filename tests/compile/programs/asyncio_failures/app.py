import asyncio
import logging
import sys

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")


async def fail(error, delay=0.0):
    await asyncio.sleep(delay)
    raise error


async def main():
    print(await asyncio.gather(fail(KeyError("a")), asyncio.sleep(0, "fine"), return_exceptions=True))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(ValueError(1)))
            group.create_task(fail(TypeError(2)))
            group.create_task(asyncio.sleep(100))
    except* ValueError as errors:
        print("values", errors.exceptions)
    except* TypeError as errors:
        print("types", errors.exceptions)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("handler", *context, repr(context["exception"])))
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
    loop.set_exception_handler(None)
    future = loop.create_future()
    future.add_done_callback(lambda done: print("done", repr(done.exception())))
    future.set_exception(OSError("in a future"))
    try:
        await future
    except OSError as error:
        print(error)
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        print(error)
    inner = asyncio.sleep(0)
    try:
        asyncio.run(inner)
    except RuntimeError as error:
        print(error)
    await inner


asyncio.run(main())
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
with asyncio.Runner() as runner:
    print(runner.run(asyncio.sleep(0, "first")), runner.run(asyncio.sleep(0, "second")))
