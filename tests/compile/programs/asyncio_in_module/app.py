import asyncio

import service

print(asyncio.run(service.Service("one").run()))
print(asyncio.run(service.Service("two").run()))
print(service.runs, len(service.finished))
