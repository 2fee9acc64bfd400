// SPDX-License-Identifier: Apache-2.0
// What a program sees of the world is the same on every engine: one file, Node's WASI and Wasmtime.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { kNodeWasi, kWasmtime } from '../e2e/engines.ts';
import { finish, taipan, temporaryFolder } from '../e2e/taipan.ts';

const kEngines = { Node: kNodeWasi, Wasmtime: kWasmtime };

async function compile(context: TestContext, program: string): Promise<string> {
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'app.py'), program);
  const made = await taipan(['compile', 'app.py'], { cwd: folder });
  assert.equal(made.code, 0, made.stderr);
  return folder;
}

function launch(engine: readonly string[], cwd: string) {
  const [program = '', ...words] = engine;
  const env = { PATH: process.env['PATH'], NAME: 'value' };
  return spawn(program, [...words, 'app.wasm', 'one', 'two words'], { cwd, stdio: 'pipe', env });
}

const kTalk = `
print("ready", flush=True)
while (line := input("> ")) != "end":
    print(line.upper(), flush=True)
`;

const kWorld = `
import os, secrets, sys, time, uuid

print(sys.argv[1:], os.environ.get("NAME"), os.getcwd())
print(sorted(os.listdir(".")), open("folder/text.txt", encoding="utf-8").read())
with open("folder/written.bin", "wb") as file:
    file.write(bytes(range(256)))
os.rename("folder/written.bin", "folder/renamed.bin")
print(os.path.getsize("folder/renamed.bin"), os.path.exists("/etc/passwd"))
begin, wall = time.monotonic(), time.time()
time.sleep(0.2)
print(0.19 < time.monotonic() - begin < 5, 0.19 < time.time() - wall < 5, time.gmtime().tm_year > 2024)
print(len({os.urandom(16), os.urandom(16)}), secrets.token_bytes(4) != secrets.token_bytes(4), uuid.uuid4().version)
print(sys.stdin.isatty(), sys.stdout.encoding, 0 <= time.process_time() < 60, time.tzname[0])
`;

test('a program talks to whoever answers line by line', { timeout: 120_000 }, async (context) => {
  const folder = await compile(context, kTalk);
  for (const [name, engine] of Object.entries(kEngines)) {
    const child = launch(engine, folder);
    const outcome = finish(child);
    await once(child.stdout, 'data'); // ready
    for (const line of ['one', 'two']) {
      child.stdin.write(`${line}\n`);
      await once(child.stdout, 'data');
    }
    child.stdin.end('end\n');
    const { code, stdout, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    assert.equal(stdout.replaceAll('\n', ''), 'ready> ONE> TWO> ', name);
  }
});

test('arguments, environment, files, clocks and random numbers', { timeout: 120_000 }, async (context) => {
  const folder = await compile(context, kWorld);
  await mkdir(join(folder, 'folder'));
  await writeFile(join(folder, 'folder/text.txt'), 'text ä');
  const outputs: string[] = [];
  for (const engine of Object.values(kEngines)) {
    const child = launch(engine, folder);
    child.stdin.end();
    const { code, stdout, stderr } = await finish(child);
    assert.equal(code, 0, stderr);
    outputs.push(stdout);
    assert.equal((await readFile(join(folder, 'folder/renamed.bin'))).length, 256);
  }
  assert.deepEqual(outputs[0]?.split('\n'), [
    "['one', 'two words'] value /",
    "['app.py', 'app.wasm', 'folder'] text ä",
    '256 False',
    'True True True',
    '2 True 4',
    'False utf-8 True UTC',
    '',
  ]);
  assert.equal(outputs[1], outputs[0]);
});

test('a file that is not there, and one outside of what is opened', { timeout: 120_000 }, async (context) => {
  const program = `
for path in ("none.txt", "../outside.txt", "/proc/self/status"):
    try:
        open(path)
    except OSError as error:
        print(type(error).__name__)
`;
  const folder = await compile(context, program);
  for (const [name, engine] of Object.entries(kEngines)) {
    const child = launch(engine, folder);
    child.stdin.end();
    const { code, stdout, stderr } = await finish(child);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^FileNotFoundError\n\w+Error\n\w+Error\n$/, name);
  }
});
