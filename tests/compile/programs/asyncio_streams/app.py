import asyncio
import sys


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    ticks = asyncio.create_task(asyncio.sleep(0.01, "ticked meanwhile"))
    while line := await reader.readline():
        print(len(line), line)
    print(await ticks, reader.at_eof())

    fed = asyncio.StreamReader()
    fed.feed_data(b"one,two;three")
    fed.feed_eof()
    print(await fed.readuntil(b","), await fed.readexactly(3), await fed.read())
    try:
        await fed.readexactly(1)
    except asyncio.IncompleteReadError as error:
        print(error)


asyncio.run(main())
