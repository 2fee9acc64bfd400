// SPDX-License-Identifier: Apache-2.0
// Programs of the machine as processes of the real kernel.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { InheritedDescriptor, ProcessStart } from '../../../web/common/process-start.ts';
import { newPositions, NodePositions } from '../../../web/node/node-processes.ts';
import { startProgram } from '../../../web/node/node-programs.ts';
import { fakeHub, kernelDescriptor, type FakeProcess } from '../kernel/fake-processes.ts';
import { kernelTest } from '../kernel/kernel-module.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'programs-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

const SIGKILL = 9;
const SIGPIPE = 13;
const SIGTERM = 15;
const kReadOnly = 0;
const kWriteOnly = 1;
const kReadWrite = 2;

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A root whose programs are the machine's, and files that they share with it. */
function machine() {
  const positions = new NodePositions(newPositions());
  const all = fakeHub({
    startOutside: (_pid, start, events, pump) => startProgram(start, events, pump, positions, {}),
  });
  const { root } = all;
  return {
    ...all,
    positions,
    run: async (given: Partial<ProcessStart>): Promise<number> => {
      const { value, error } = await root.spawn(
        { env: { PATH: process.env['PATH'] ?? '' }, ...given },
        { isOutside: true },
      );
      assert.equal(error, null);
      return value;
    },
    status: async (pid: number): Promise<number> => (await root.wait(pid)).second,
  };
}

const shell = (script: string, ...descriptors: InheritedDescriptor[]): Partial<ProcessStart> => ({
  program: '/bin/sh',
  args: ['sh', '-c', script],
  directory: folder,
  descriptors,
});

async function readAll(root: FakeProcess, handle: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { data, error } = await root.read(handle);
    assert.equal(error, null);
    if (data.length === 0) break;
    pieces.push(data);
  }
  await root.close(handle);
  return Buffer.concat(pieces);
}

async function writeAll(root: FakeProcess, handle: number, all: Uint8Array): Promise<void> {
  for (let done = 0; done < all.length;)
    done += (await root.write(handle, all.subarray(done, done + 65536))).value;
  await root.close(handle);
}

/** Runs with a pipe as 1, and what is given besides; resolves to what was written and the status. */
async function outputOf(script: string, others: (writer: number) => InheritedDescriptor[] = () => []) {
  const { root, run, status, hub } = machine();
  const [reader, writer] = await root.pipe();
  const pid = await run(shell(script, kernelDescriptor(1, writer, kWriteOnly), ...others(writer)));
  await root.close(writer);
  const output = (await readAll(root, reader)).toString();
  const code = await status(pid);
  assert.deepEqual(hub.pids, [root.pid]);
  return { output, code };
}

/** The files that Node has open. */
function openFiles(): string[] {
  return fs
    .readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((name) => name.startsWith(folder) || name.startsWith('/dev/null'));
}

kernelTest('output arrives complete, then its end and the exit code', async () => {
  assert.deepEqual(await outputOf('echo one; echo two; exit 3'), { output: 'one\ntwo\n', code: 3 << 8 });
});

kernelTest('2>&1 keeps the order of what is written', async () => {
  const script = 'for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done';
  const { output } = await outputOf(script, (writer) => [kernelDescriptor(2, writer, kWriteOnly)]);
  assert.equal(output, [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `o${i}\ne${i}\n`).join(''));
});

kernelTest('one pipe may have any numbers', async () => {
  const script = '/bin/bash -c "echo a >&1; sleep 0.05; echo b >&12; sleep 0.05; echo c >&3"';
  const others = (writer: number) => [3, 12].map((fd) => kernelDescriptor(fd, writer, kWriteOnly));
  assert.equal((await outputOf(script, others)).output, 'a\nb\nc\n');
});

kernelTest('a large output arrives complete and in order, also after the program is over', async () => {
  const { root, run, status } = machine();
  const [reader, writer] = await root.pipe();
  const pid = await run(shell('seq 1 300000', kernelDescriptor(1, writer, kWriteOnly)));
  await root.close(writer);
  await pause(300); // it cannot end before it is read
  const lines = (await readAll(root, reader)).toString().trimEnd().split('\n');
  assert.equal(lines.length, 300_000);
  assert.ok(lines.every((line, index) => line === String(index + 1)));
  assert.equal(await status(pid), 0);
});

kernelTest('a small output is there long after the exit', async () => {
  const { root, run, status } = machine();
  const [reader, writer] = await root.pipe();
  const pid = await run(shell('echo x', kernelDescriptor(1, writer, kWriteOnly)));
  await root.close(writer);
  assert.equal(await status(pid), 0);
  await pause(50);
  assert.equal((await readAll(root, reader)).toString(), 'x\n');
});

kernelTest('a large input arrives complete', async () => {
  const { root, run, status, hub } = machine();
  const [input, to] = await root.pipe();
  const [from, output] = await root.pipe();
  const pid = await run(
    shell('cat', kernelDescriptor(0, input, kReadOnly), kernelDescriptor(1, output, kWriteOnly)),
  );
  await root.close(input);
  await root.close(output);
  const all = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));
  const [read] = await Promise.all([readAll(root, from), writeAll(root, to, all)]);
  assert.ok(read.equals(all));
  assert.equal(await status(pid), 0);
  assert.deepEqual(hub.pids, [root.pid]);
});

kernelTest('input that is not read does not keep the program, and its writer hears of it', async () => {
  const { root, run, status, hub } = machine();
  await root.handle(SIGPIPE);
  const [input, to] = await root.pipe();
  const pid = await run(shell('exit 5', kernelDescriptor(0, input, kReadOnly)));
  await root.close(input);
  assert.equal(await status(pid), 5 << 8);
  let error: string | null = null;
  for (let count = 0; error === null && count < 100; ++count, await pause(5))
    error = (await root.write(to, bytes('x'))).error;
  assert.equal(error, 'EPIPE');
  assert.deepEqual(hub.pids, [root.pid]);
});

kernelTest('a program whose output nobody reads any more cannot go on', async () => {
  const { root, run, status, hub } = machine();
  const [reader, writer] = await root.pipe();
  const pid = await run({
    ...shell('', kernelDescriptor(1, writer, kWriteOnly)),
    program: '/usr/bin/yes',
    args: ['yes'],
  });
  await root.close(writer);
  assert.ok((await root.read(reader)).data.length > 0);
  await root.close(reader);
  assert.notEqual(await status(pid), 0); // by SIGPIPE, or by the error that a socket gives
  assert.deepEqual(hub.pids, [root.pid]);
});

kernelTest('what goes on behind the program is still carried', async () => {
  assert.equal((await outputOf('(sleep 0.1; echo late) & echo early')).output, 'early\nlate\n');
});

kernelTest('signals reach the program, and end it', async () => {
  const { root, run, status } = machine();
  for (const signal of [SIGTERM, SIGKILL]) {
    const pid = await run(shell('sleep 100'));
    assert.equal((await root.kill(pid, signal)).error, null);
    assert.equal(await status(pid), signal);
  }
  const [reader, writer] = await root.pipe();
  const script = 'trap "echo caught; exit 4" TERM; echo ready; while :; do sleep 0.02; done';
  const pid = await run(shell(script, kernelDescriptor(1, writer, kWriteOnly)));
  await root.close(writer);
  assert.equal(Buffer.from((await root.read(reader)).data).toString(), 'ready\n');
  await root.kill(pid, SIGTERM);
  assert.equal((await readAll(root, reader)).toString(), 'caught\n');
  assert.equal(await status(pid), 4 << 8);
});

kernelTest('signals without a name reach it, too', async () => {
  const { root, run, status } = machine();
  const pid = await run(shell('sleep 100'));
  assert.equal((await root.kill(pid, 40)).error, null);
  await status(pid); // Node does not say by which it has ended
});

kernelTest('an end by a signal is told as one', async () => {
  const { run, status } = machine();
  assert.equal((await status(await run(shell('kill -SEGV $$')))) & 0x7f, 11);
});

kernelTest('arguments, environment, folder and mask are the ones given', async () => {
  const { root, run } = machine();
  const [reader, writer] = await root.pipe();
  await run({
    ...shell('', kernelDescriptor(1, writer, kWriteOnly)),
    args: ['another name', '-c', 'echo "$0|$1|$A|$PWD"; umask; : > masked', 'zero', "it's"],
    env: { A: 'ä\nb' },
    umask: 0o027,
  });
  await root.close(writer);
  assert.equal((await readAll(root, reader)).toString(), `zero|it's|ä\nb|${folder}\n0027\n`);
  assert.equal(fs.statSync(`${folder}/masked`).mode & 0o777, 0o640);
});

kernelTest('the environment is the one given, also where two descriptors are one', async () => {
  for (const doubled of [false, true]) {
    const { root, run } = machine();
    const [reader, writer] = await root.pipe();
    const descriptors = [kernelDescriptor(1, writer, kWriteOnly)];
    if (doubled) descriptors.push(kernelDescriptor(2, writer, kWriteOnly));
    for (const env of [{ A: '1' }, { A: '1', PWD: '/else where' }]) {
      await run({ ...shell('', ...descriptors), program: '/usr/bin/env', args: ['env', '-0', 'B=2'], env });
      const expected = Object.entries({ ...env, B: '2' }).map(([name, value]) => `${name}=${value}`);
      const lines = Buffer.from((await root.read(reader)).data)
        .toString()
        .split('\0');
      assert.deepEqual(lines.filter((line) => line !== '').sort(), expected.sort());
    }
  }
});

kernelTest('what cannot be executed ends with 126, and nothing stays open', async () => {
  const { run, status, hub, root } = machine();
  fs.writeFileSync(`${folder}/locked`, '', { mode: 0o644 });
  fs.writeFileSync(`${folder}/lost`, '#!/there/is/no/such/interpreter\n', { mode: 0o755 });
  fs.writeFileSync(`${folder}/file`, 'abc');
  const before = openFiles();
  for (const program of [`${folder}/locked`, `${folder}/lost`, '/bin/echo']) {
    const [reader, writer] = await root.pipe();
    const given = shell('', kernelDescriptor(1, writer, kWriteOnly), {
      kind: 'file',
      fd: 0,
      flags: kReadOnly,
      path: `${folder}/file`,
      handle: fs.openSync(`${folder}/file`, 'r'),
      shared: -1,
    });
    const args = ['', program === '/bin/echo' ? 'more than the machine takes '.repeat(10_000) : ''];
    const pid = await run({ ...given, program, args });
    await root.close(writer);
    assert.equal(await status(pid), 126 << 8, program);
    assert.equal((await readAll(root, reader)).length, 0);
  }
  assert.deepEqual(openFiles(), before);
  assert.deepEqual(hub.pids, [root.pid]);
});

// Files: their position is everybody's.

interface Given {
  readonly fd: number;
  readonly access: number;
  readonly flags?: number;
}

/** Runs with a file, at a position, as descriptors; gives what is in it then, and where it stands. */
async function withFile(content: string, position: number, script: string, ...given: Given[]) {
  const { run, status, positions, root, hub } = machine();
  const file = `${folder}/shared`;
  fs.writeFileSync(file, content);
  const place = positions.add();
  positions.set(place, position);
  const before = openFiles();
  const descriptors = given.map(({ fd, access, flags = 0 }): InheritedDescriptor => {
    const handle = fs.openSync(file, access | flags);
    return { kind: 'file', fd, flags: access | flags, path: file, handle, shared: place };
  });
  const [reader, writer] = await root.pipe();
  const pid = await run(shell(script, ...descriptors, kernelDescriptor(9, writer, kWriteOnly)));
  await root.close(writer);
  const output = (await readAll(root, reader)).toString();
  assert.equal(await status(pid), 0);
  assert.deepEqual(openFiles(), before);
  assert.deepEqual(hub.pids, [root.pid]);
  return { content: fs.readFileSync(file, 'utf8'), position: positions.get(place), output };
}

kernelTest('a program reads a file from where it stands, and leaves it there', async () => {
  const script = 'read line; echo "$line" >&9';
  const all = await withFile('one\ntwo\nthree\n', 4, script, { fd: 0, access: kReadOnly });
  assert.deepEqual([all.output, all.position], ['two\n', 8]);
});

kernelTest('at the end of a file there is nothing to read', async () => {
  const all = await withFile('one\n', 4, 'cat >&9', { fd: 0, access: kReadOnly });
  assert.deepEqual([all.output, all.position], ['', 4]);
});

kernelTest('a program writes to a file at its end, in its middle and at its start', async () => {
  const write = (position: number) =>
    withFile('abcdef', position, 'printf XY', { fd: 1, access: kWriteOnly });
  assert.deepEqual(await write(6), { content: 'abcdefXY', position: 8, output: '' });
  assert.deepEqual(await write(2), { content: 'abXYef', position: 4, output: '' });
  assert.deepEqual(await write(0), { content: 'XYcdef', position: 2, output: '' });
});

kernelTest('a file stays where it is when nothing is written', async () => {
  for (const position of [0, 3, 6])
    assert.equal((await withFile('abcdef', position, ':', { fd: 1, access: kWriteOnly })).position, position);
});

kernelTest('a file that is appended to', async () => {
  const all = await withFile('abc', 0, 'printf X', {
    fd: 1,
    access: kWriteOnly,
    flags: fs.constants.O_APPEND,
  });
  assert.deepEqual([all.content, all.position], ['abcX', 4]);
});

kernelTest('a file that is read and written', async () => {
  const all = await withFile('one\ntwo\nthree\n', 4, 'read x; echo "$x" >&9; printf TH >&0', {
    fd: 0,
    access: kReadWrite,
  });
  assert.deepEqual([all.output, all.content, all.position], ['two\n', 'one\ntwo\nTHree\n', 10]);
});

kernelTest('2>&1 into a file keeps the order, too', async () => {
  const script = 'echo o1; echo e1 >&2; echo o2; echo e2 >&2';
  for (const content of ['', 'before\n']) {
    const all = await withFile(content, content.length, script, { fd: 1, access: 1 }, { fd: 2, access: 1 });
    const expected = `${content}o1\ne1\no2\ne2\n`;
    assert.deepEqual([all.content, all.position], [expected, expected.length]);
  }
});

kernelTest('programs one after the other go on in the same file', async () => {
  const { run, status, positions } = machine();
  const file = `${folder}/log`;
  fs.writeFileSync(file, '');
  const place = positions.add();
  for (const word of ['a', 'b', 'c']) {
    const handle = fs.openSync(file, 'r+');
    await status(
      await run(
        shell(`printf ${word}`, { kind: 'file', fd: 1, flags: 1, path: file, handle, shared: place }),
      ),
    );
  }
  assert.equal(fs.readFileSync(file, 'utf8'), 'abc');
});

kernelTest('a device is opened again, and what is gone is not there', async () => {
  const before = openFiles();
  const script = 'read x || echo empty; : >&5 && echo open; { : >&6; } 2>/dev/null || echo gone';
  const named = (fd: number, name: string): InheritedDescriptor => ({
    kind: 'path',
    fd,
    flags: kReadWrite,
    path: name,
    position: 0,
  });
  const { output } = await outputOf(script, () => [
    named(0, '/dev/null'),
    named(5, '/dev/null'),
    named(6, `${folder}/nowhere`),
  ]);
  assert.ok(output.startsWith('empty\nopen\n'), output);
  assert.deepEqual(openFiles(), before);
});
