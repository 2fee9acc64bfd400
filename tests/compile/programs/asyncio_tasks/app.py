import asyncio
import contextvars

who = contextvars.ContextVar("who", default="nobody")


async def say(name, delay, times):
    who.set(name)
    for number in range(times):
        await asyncio.sleep(delay)
        print(who.get(), number)
    return name.upper()


async def background(stopped):
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        stopped.append("background")
        raise


async def main():
    print(await asyncio.gather(say("slow", 0.3, 2), say("fast", 0.05, 2), asyncio.sleep(0, "at once")))
    tasks = [asyncio.create_task(say(f"task {number}", number / 5, 1), name=f"t{number}") for number in (3, 1, 2)]
    for finished in asyncio.as_completed(tasks):
        print(await finished)
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(delay, delay)) for delay in (0.01, 5)],
                                       return_when=asyncio.FIRST_COMPLETED)
    print([task.result() for task in done], len(pending))
    for task in pending:
        task.cancel()
    stopped = []
    task = asyncio.create_task(background(stopped), name="background")
    await asyncio.sleep(0)
    print(sorted(other.get_name() for other in asyncio.all_tasks() if other.get_name() == "background"))
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled", error, stopped)
    loop = asyncio.get_running_loop()
    order = []
    loop.call_later(0.2, order.append, "later")
    loop.call_soon(order.append, "soon")
    loop.call_at(loop.time() + 0.05, order.append, "at")
    loop.call_soon_threadsafe(order.append, "threadsafe")
    await asyncio.sleep(0.05)
    print(order, who.get())
    return "returned"


print(asyncio.run(main()))
print(asyncio.run(main(), debug=True))
