import asyncio
import signal


async def main():
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, lambda *words: (print(*words), came.set()), "terminate", 15)
    loop.call_later(0.01, signal.raise_signal, signal.SIGTERM)
    await came.wait()
    print(loop.remove_signal_handler(signal.SIGTERM), loop.remove_signal_handler(signal.SIGTERM))
    for wrong in (0, 4000, "SIGTERM"):
        try:
            loop.add_signal_handler(wrong, print)
        except (TypeError, ValueError) as error:
            print(repr(error))
    try:
        loop.call_later(0.01, signal.raise_signal, signal.SIGINT)
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print("interrupted")
        raise


try:
    asyncio.run(main())
except KeyboardInterrupt as end:
    print(repr(end))
