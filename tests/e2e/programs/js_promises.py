"""JavaScript's promises awaited, and coroutines that JavaScript calls."""

import asyncio

from taipan import js


async def double(number):
    await asyncio.sleep(0.01)
    return number * 2


async def fail(text):
    raise ValueError(text)


async def main():
    print(await js.run("6 * 7"), await js.run("[1, 'two', null, {three: 3}]"), await js.run("undefined"))
    print(await js.run("new Promise(resolve => setTimeout(() => resolve('later'), 20))"))
    print(await asyncio.gather(*(js.run(f"Promise.resolve({number})") for number in range(5))))
    for text in ("null.x", "Promise.reject(new Error('refused'))", "("):
        try:
            await js.run(text)
        except js.JsError as error:
            print(type(error).__name__, bool(str(error)))
    js.define("double", double)
    js.define("fail", fail)
    print(await js.run("double(21)"), await js.run("Promise.all([double(1), double(2)])"))
    try:
        await js.run("fail('in Python')")
    except js.JsError as error:
        print(error)
    try:
        await asyncio.wait_for(js.run("new Promise(() => undefined)"), 0.1)
    except TimeoutError:
        print("out of time")
    print(len(await js.run("'x'.repeat(300000)")))


asyncio.run(main())
