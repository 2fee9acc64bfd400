// SPDX-License-Identifier: Apache-2.0
// The shell as a process: what it was given, what it opens, and what it hands on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { KernelMessage } from '../../../web/common/kernel-connection.ts';
import { Request, WireReader, WireWriter } from '../../../web/common/kernel-wire.ts';
import { mountedFiles } from '../../../web/common/mounted-files.ts';
import type { InheritedDescriptor, ProcessStart } from '../../../web/common/process-start.ts';
import type { StandardStreams } from '../../../web/common/standard-streams.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import { newPositions, NodePositions } from '../../../web/node/node-processes.ts';
import { runToolProcess } from '../../../web/worker/shell-process.ts';
import { replyOf } from '../common/fake-connection.ts';
import { startOf } from '../kernel/fake-processes.ts';
import { openHandlesIn } from '../open-handles.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shell-process-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

let positions: NodePositions;
let output: string;
/** What was started, and what that does with what it is given. */
let spawned: ProcessStart[];
let whenSpawned: (start: ProcessStart) => void;
let spawnError: number;

beforeEach(() => {
  positions = new NodePositions(newPositions());
  output = '';
  spawned = [];
  whenSpawned = () => undefined;
  spawnError = 0;
});

function streams(): StandardStreams {
  const stream = {
    isTerminal: false,
    write: (bytes: Uint8Array) => {
      output += Buffer.from(bytes).toString();
    },
  };
  const input = {
    isTerminal: false,
    ready: true,
    available: 0,
    unread: new Uint8Array(),
    takeOver: () => undefined,
    letGo: () => undefined,
    whenReady: () => Promise.resolve(),
    read: () => 0,
    discard: () => undefined,
  };
  return {
    input,
    output: stream,
    error: stream,
    windowSize: () => ({ rows: 24, columns: 80 }),
    terminal: null,
  };
}

/** The note at the end of a request for a process: its start. */
function startIn(message: KernelMessage): ProcessStart {
  const text = new TextDecoder().decode(message);
  return JSON.parse(text.slice(text.indexOf('{"program"'))) as ProcessStart;
}

function answer(message: KernelMessage): Uint8Array {
  const number = new WireReader(message).u32() & 0xffff;
  if (number === Request.spawn) {
    if (spawnError !== 0) return replyOf(spawnError, 0);
    const start = startIn(message);
    spawned.push(start);
    whenSpawned(start);
    return replyOf(0, 50);
  }
  if (number === Request.wait) return new WireWriter().u32(1).u32(0).u64(50n).u64(0n).u64(0n).take();
  return replyOf(0, 0);
}

function run(script: string, ...descriptors: InheritedDescriptor[]): Promise<number> {
  return runToolProcess({
    start: startOf({ program: '/bin/sh', args: ['sh', '-c', script], directory: folder, descriptors }),
    connection: {
      pid: 9,
      ask: answer,
      tell: () => undefined,
      serve: () => undefined,
      setDisposition: () => undefined,
    },
    streams: streams(),
    files: mountedFiles([{ at: '/', files: nodeFiles }]),
    positions,
    find: (command) => (command === 'python' ? '/bin/python' : null),
  });
}

const standard = (fd: number, stream: 0 | 1 | 2): InheritedDescriptor => ({
  kind: 'standard',
  fd,
  flags: 2,
  stream,
});

function openHandles(): number {
  return openHandlesIn(folder);
}

/** A file that stands somewhere, as several descriptors. */
function given(name: string, content: string, position: number, ...numbers: number[]) {
  const file = `${folder}/${name}`;
  fs.writeFileSync(file, content);
  const place = positions.add();
  positions.set(place, position);
  const handles = numbers.map(() => fs.openSync(file, 'r+'));
  const descriptors = numbers.map((fd, index): InheritedDescriptor => {
    return { kind: 'file', fd, flags: 2, path: file, handle: handles[index] ?? -1, shared: place };
  });
  return {
    file,
    place,
    descriptors,
    close: () => {
      handles.forEach((handle) => {
        fs.closeSync(handle);
      });
    },
  };
}

test('what the shell writes goes to what it was given', async () => {
  assert.equal(await run('echo out; echo err >&2; exit 3', standard(1, 1), standard(2, 2)), 3);
  assert.equal(output, 'out\nerr\n');
});

test('a file goes on where it stands, and stays where the shell has left it', async () => {
  const { file, place, descriptors, close } = given('log', 'before\nrest', 7, 1, 2);
  await run('echo a; echo b >&2', ...descriptors);
  assert.equal(fs.readFileSync(file, 'utf8'), 'before\na\nb\n');
  assert.equal(positions.get(place), 11);
  close();
});

test('a file is read from where it stands', async () => {
  const { place, descriptors, close } = given('lines', 'one\ntwo\nthree\n', 4, 0);
  await run('read x; echo "$x"', ...descriptors, standard(1, 1));
  assert.equal(output, 'two\n');
  assert.equal(positions.get(place), 8);
  close();
});

test('a file without a name any more is written to', async () => {
  const { file, descriptors, close } = given('unnamed', '', 0, 1);
  const copy = fs.openSync(file, 'r');
  fs.unlinkSync(file);
  await run('echo kept', ...descriptors);
  assert.equal(fs.readFileSync(copy, 'utf8'), 'kept\n');
  fs.closeSync(copy);
  close();
});

test('a program that the shell starts shares its files', async () => {
  whenSpawned = ({ descriptors }) => {
    const one = descriptors.find(({ fd }) => fd === 1);
    assert.ok(one?.kind === 'file');
    const at = positions.get(one.shared);
    positions.set(one.shared, at + fs.writeSync(one.handle, 'child\n', at));
    fs.closeSync(one.handle);
  };
  await run('{ echo a; python; echo b; } > together', standard(1, 1), standard(2, 2));
  assert.equal(fs.readFileSync(`${folder}/together`, 'utf8'), 'a\nchild\nb\n');
  assert.equal(spawned[0]?.program, '/bin/python');
});

test('a shell has all descriptors that it is given, and only these', async () => {
  await run('echo three >&3; python', standard(3, 1));
  assert.equal(output, 'three\n');
  assert.deepEqual(spawned[0]?.descriptors, [standard(3, 1)]);
  await run('sh -c python', standard(2, 2));
  assert.deepEqual(spawned[1]?.descriptors, [standard(2, 2)]);
});

test('nothing stays open, also of what cannot be started', async () => {
  const before = openHandles();
  spawnError = 6;
  await run('python > made 2> errors; : < made', standard(1, 1), standard(2, 2));
  const { descriptors, close } = given('again', '', 0, 1, 2);
  await run('python; echo x > other', ...descriptors);
  close();
  assert.equal(openHandles(), before);
});
