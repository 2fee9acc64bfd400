import asyncio
import atexit

atexit.register(print, "at exit")


async def fails(kind):
    try:
        await asyncio.sleep(0)
    finally:
        print("cleanup", kind.__name__)
    raise kind("in a task")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(ValueError))
        group.create_task(fails(SystemExit))


try:
    asyncio.run(main())
except SystemExit as end:
    print("asked to end:", end)
asyncio.run(fails(LookupError))
