// SPDX-License-Identifier: Apache-2.0
// asyncio where there are no pipes, and no threads on WASI. (What it does otherwise: tests/compile/programs/asyncio_*.)

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { finish, kWasmTargets, run, start } from './taipan.ts';

const kProgram = `
import asyncio

async def count(name, delay):
    for number in range(3):
        await asyncio.sleep(delay)
        print(name, number)

async def main():
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(count("slow", 0.2))
        group.create_task(count("fast", 0.07))

asyncio.run(main())
`;

const kThread = `
import asyncio

async def main():
    try:
        await asyncio.to_thread(print, "never")
    except RuntimeError as error:
        print(error)

asyncio.run(main())
`;

const kNobody = `
import asyncio

async def main():
    try:
        await asyncio.Event().wait()
    finally:
        print("cleanup")

asyncio.run(main())
`;

for (const target of kWasmTargets) {
  describe(target, () => {
    test('asyncio runs tasks as elsewhere', async () => {
      const native = await run('native', ['-c', kProgram]);
      assert.equal(native.code, 0, native.stderr);
      assert.deepEqual(await run(target, ['-c', kProgram]), native);
    });
  });
}

test('asyncio says that there are no threads on WASI, and goes on', async () => {
  const { code, stdout, stderr } = await run('wasi', ['-c', kThread]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^can't start new thread: .*call the function itself\n$/);
});

test('a loop that nothing can wake ends with an error on WASI', async () => {
  const { code, stdout, stderr } = await run('wasi', ['-c', kNobody]);
  assert.equal(code, 1);
  assert.equal(stdout, 'cleanup\n');
  assert.match(stderr, /RuntimeError: the event loop would wait for ever: .*\n$/);
});

test('Ctrl-C ends a loop that waits, with its cleanup', async () => {
  const program = kNobody.replace('try:', 'print("waits", flush=True)\n    try:');
  const child = start(['run', '--target', 'node', '-c', program]);
  const outcome = finish(child);
  child.stdout?.once('data', () => child.kill('SIGINT'));
  const { signal, stdout, stderr } = await outcome;
  assert.equal(signal, 'SIGINT', stderr); // as natively, when nobody catches it
  assert.equal(stdout, 'waits\ncleanup\n');
});
