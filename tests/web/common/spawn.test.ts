// SPDX-License-Identifier: Apache-2.0
// posix_spawn's descriptors, as the C library describes them in memory.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { FileStream } from '../../../web/common/emscripten.ts';
import { errnoNumber, HostError } from '../../../web/common/errno.ts';
import { FileLocks } from '../../../web/common/file-locks.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { HostFileSystem } from '../../../web/common/host-file-system.ts';
import { KernelFile, KernelFiles } from '../../../web/common/kernel-files.ts';
import { Request, WireReader } from '../../../web/common/kernel-wire.ts';
import type { InheritedDescriptor, ProcessStart } from '../../../web/common/process-start.ts';
import type { Jspi } from '../../../web/common/jspi.ts';
import { bytesFromText } from '../../../web/common/path-text.ts';
import { ProgramGate } from '../../../web/common/program-gate.ts';
import { Signals } from '../../../web/common/signals.ts';
import { spawnImport } from '../../../web/common/spawn.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import { newPositions, NodePositions } from '../../../web/node/node-processes.ts';
import { fakeInput } from './fake-input.ts';
import { fakeConnection, replyOf, type FakeConnection } from './fake-connection.ts';
import { fakeFileSystem, type FakeFileSystem } from './fake-file-system.ts';
import { openHandlesIn } from '../open-handles.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'spawn-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

const kDirectoryError = 4096;
const kReadWrite = 2;
const kCreate = 0o100;
const kTruncate = 0o1000;
const Flag = { closeOthers: 1, newSession: 2, hasGroup: 4, replaces: 8 } as const;
const kExecute = 9;

let system: FakeFileSystem;
let memory: GuestMemory;
let connection: FakeConnection;
let closeOnExec: Set<number>;
let files: HostFileSystem;
let locks: FileLocks;
let signals: Signals;
let gate: ProgramGate;
let programs: { opensFilesAgain: boolean; find: (program: string) => 'here' | 'outside' };
let spawn: (call: number) => unknown;

/** Without JSPI's suspension the import is the function itself. */
const kJspi = { suspending: (run: unknown) => run } as unknown as Jspi;

beforeEach(() => {
  system = fakeFileSystem(['/dev/null', '/memory', '/memory/file']);
  system.currentPath = folder;
  memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  connection = fakeConnection();
  connection.answer = replyOf(0, 77);
  closeOnExec = new Set();
  signals = new Signals();
  gate = new ProgramGate();
  const mounts = [{ at: '/', files: nodeFiles, except: ['/dev', '/memory'] }];
  const guest = { umask: () => 0o027 };
  files = new HostFileSystem(system, memory, mounts, guest, new NodePositions(newPositions()));
  locks = new FileLocks(system, files, connection, true);
  programs = {
    opensFilesAgain: false,
    find: (program: string) => {
      if (program === '/bin/here') return 'here' as const;
      if (program === '/bin/outside' || program === `${folder}/outside`) return 'outside' as const;
      throw new HostError(
        program.includes('locked') ? 'EACCES' : program.includes('file/') ? 'ENOTDIR' : 'ENOENT',
      );
    },
  };
  spawn = spawnImport({
    fs: system,
    memory,
    connection,
    closeOnExec,
    files,
    locks,
    programs,
    signals,
    input: fakeInput(Uint8Array.of(104, 255)),
    gate,
    jspi: kJspi,
  }) as typeof spawn;
  for (const name of ['stdin', 'stdout', 'stderr'])
    system.createStream({
      path: `/dev/${name}`,
      flags: kReadWrite,
      position: 0,
      stream_ops: {},
      node: new system.FSNode(null, name, 0o020666, 0),
    });
});

type Action =
  | readonly ['duplicate' | 'take', from: number, to: number]
  | readonly ['close' | 'closeFrom', fd: number]
  | readonly ['open', fd: number, path: string, flags: number, mode?: number];
const kWhat = { duplicate: 0, close: 1, open: 2, closeFrom: 3, take: 4 } as const;

interface Call {
  readonly programs?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly directory?: string;
  readonly actions?: readonly Action[];
  readonly kept?: readonly number[];
  readonly flags?: number;
  readonly group?: number;
  readonly blocked?: bigint;
  readonly defaults?: bigint;
  readonly ignored?: bigint;
  readonly pending?: bigint;
}

/** Puts the structs of runtime/processes/spawn.h into memory. */
function callWith(call: Call): unknown {
  let next = 1024;
  const reserve = (size: number): number => {
    const at = next;
    next += (size + 7) & ~7;
    return at;
  };
  const text = (value: string): number => {
    const at = reserve(Buffer.byteLength(value) * 2 + 1);
    memory.writeText(at, `${value}\0`, 10_000);
    return at;
  };
  const words = (values: readonly number[]): number => {
    const at = reserve(values.length * 4);
    values.forEach((value, index) => {
      memory.view.setInt32(at + index * 4, value, true);
    });
    return at;
  };
  const texts = (values: readonly string[]): number => words([...values.map(text), 0]);
  const wide = (value = 0n): number[] => [Number(value & 0xffffffffn), Number(value >> 32n)];
  const { programs = ['/bin/here'], args = ['name'], env = [], actions = [], kept = [] } = call;
  const action = (one: Action): number[] => {
    if (one[0] === 'open') return [kWhat.open, one[1], 0, text(one[2]), one[3], one[4] ?? 0];
    return [kWhat[one[0]], one[1], one[2] ?? 0, 0, 0, 0];
  };
  const pointers = [texts(programs), texts(args), texts(env)];
  const directory = call.directory === undefined ? 0 : text(call.directory);
  const lists = [words(actions.flatMap(action)), actions.length, words(kept), kept.length];
  const rest = [call.flags ?? 0, call.group ?? 0, 0o022, 0];
  const sets = [...wide(call.blocked), ...wide(call.defaults), ...wide(call.ignored), ...wide(call.pending)];
  return spawn(words([...pointers, directory, ...lists, ...rest, ...sets]));
}

interface Asked {
  readonly start: ProcessStart;
  readonly keep: number[];
  readonly newSession: boolean;
  readonly group: number | null;
  /** The low and the high half. */
  readonly blocked: readonly number[] | null;
  readonly outside: boolean;
}

/** What the kernel was asked last. */
function asked(): Asked {
  const message = connection.asked.at(-1);
  assert.ok(message);
  const reader = new WireReader(message.subarray(8));
  reader.text();
  reader.list(() => reader.text());
  reader.list(() => reader.text());
  if (reader.u8() === 1) reader.text();
  assert.equal(reader.u32(), 0);
  const keep = reader.list(() => reader.i32());
  assert.equal(reader.u8(), 0);
  const newSession = reader.u8() === 1;
  const group = reader.u8() === 1 ? reader.i32() : null;
  const blocked = reader.u8() === 1 ? [reader.u32(), reader.u32()] : null;
  reader.u32();
  reader.u32();
  const outside = reader.u8() === 1;
  const start = JSON.parse(new TextDecoder().decode(reader.rest())) as ProcessStart;
  return { start, keep, newSession, group, blocked, outside };
}

/** The same, when it was for a program in the place of this one. */
function askedInPlace(): Pick<Asked, 'start' | 'keep' | 'outside'> {
  const message = connection.asked.at(-1);
  assert.ok(message);
  const reader = new WireReader(message);
  assert.equal(reader.u32(), kExecute);
  reader.u32();
  reader.text();
  reader.list(() => reader.text());
  reader.list(() => reader.text());
  const keep = reader.list(() => reader.i32());
  if (reader.u8() === 1) assert.ok(reader.u32() + reader.u32() > 0);
  const outside = reader.u8() === 1;
  const start = JSON.parse(new TextDecoder().decode(reader.rest())) as ProcessStart;
  return { start, keep, outside };
}

/** What the child has under each number. */
function given(): Record<number, string> {
  const name = (one: InheritedDescriptor): string => {
    if (one.kind === 'standard') return `std${one.stream}`;
    if (one.kind === 'kernel') return `kernel${one.handle}`;
    return path.basename(one.path);
  };
  return Object.fromEntries(asked().start.descriptors.map((one) => [one.fd, name(one)]));
}

function openFile(name: string, flags = kReadWrite | kCreate): FileStream {
  return files.openStream(name, folder, flags, 0o666);
}

function openHandles(): number {
  return openHandlesIn(folder);
}

function closeGiven(): void {
  for (const one of asked().start.descriptors) if (one.kind === 'file') fs.closeSync(one.handle);
}

test('what the host opens again is closed here when it has answered', () => {
  const before = openHandles();
  const stream = openFile('again');
  callWith({});
  assert.equal(openHandles(), before + 2);
  closeGiven();
  programs.opensFilesAgain = true;
  callWith({});
  assert.equal(openHandles(), before + 1);
  system.close(stream);
});

test('the child has the standard streams, its pid is the answer', () => {
  assert.equal(callWith({}), 77);
  assert.deepEqual(given(), { 0: 'std0', 1: 'std1', 2: 'std2' });
});

test('texts arrive as they are, signals by their numbers', () => {
  callWith({
    args: ['name', '', 'ä\udcff'],
    env: ['A=1', 'B=x=y', 'EMPTY=', '=odd=1', 'no value'],
    blocked: (1n << 1n) | (1n << 63n),
    ignored: 1n << 32n,
    flags: Flag.newSession,
  });
  const { start, newSession, group, blocked, outside } = asked();
  assert.deepEqual(blocked, [2, 2 ** 31]);
  assert.deepEqual(start.args, ['name', '', 'ä\udcff']);
  assert.deepEqual(start.env, { A: '1', B: 'x=y', EMPTY: '', '=odd': '1' });
  assert.deepEqual([start.blocked, start.ignored], [[2, 64], [33]]);
  assert.deepEqual([newSession, group, outside, start.umask], [true, null, false, 0o022]);
});

test('a group is one only when it is asked for', () => {
  callWith({ group: 9 });
  assert.equal(asked().group, null);
  callWith({ group: 9, flags: Flag.hasGroup });
  assert.equal(asked().group, 9);
  callWith({ group: 0, flags: Flag.hasGroup });
  assert.equal(asked().group, 0);
});

test('the first program that is there is started, else the error that says most', () => {
  callWith({ programs: ['/no/here', 'outside', '/bin/here'] });
  assert.deepEqual([asked().start.program, asked().outside], [`${folder}/outside`, true]);
  assert.equal(callWith({ programs: ['/no', '/no/too'] }), -errnoNumber('ENOENT'));
  assert.equal(callWith({ programs: ['/locked', '/no', '/file/x'] }), -errnoNumber('EACCES'));
  assert.equal(callWith({ programs: ['/no', '/file/x'] }), -errnoNumber('ENOTDIR'));
  assert.equal(callWith({ programs: [] }), -errnoNumber('ENOENT'));
});

test('a folder that cannot be entered is told apart', () => {
  assert.equal(callWith({ directory: '/no/such' }), -(errnoNumber('ENOENT') + kDirectoryError));
  fs.writeFileSync(`${folder}/plain`, '');
  assert.equal(callWith({ directory: 'plain' }), -(errnoNumber('ENOTDIR') + kDirectoryError));
  fs.mkdirSync(`${folder}/sub`);
  fs.symlinkSync('sub', `${folder}/link`);
  callWith({ directory: 'link' });
  assert.equal(asked().start.directory, `${folder}/sub`);
  callWith({ directory: '/memory' });
  assert.equal(asked().start.directory, '/memory');
});

test('what is closed on exec is not given, unless it is kept or duplicated', () => {
  const kernelFiles = new KernelFiles(system, connection);
  for (const handle of [30, 31, 32]) kernelFiles.open(new KernelFile(handle, 0o010000), 0);
  closeOnExec.add(3).add(4).add(5);
  callWith({ kept: [4], actions: [['duplicate', 5, 9]] });
  assert.deepEqual(given(), { 0: 'std0', 1: 'std1', 2: 'std2', 4: 'kernel31', 9: 'kernel32' });
  assert.deepEqual(asked().keep, [31, 32]);
});

test('a duplicate onto itself is given although it is closed on exec', () => {
  new KernelFiles(system, connection).open(new KernelFile(30, 0o010000), 0);
  closeOnExec.add(3);
  callWith({ actions: [['duplicate', 3, 3]] });
  assert.equal(given()[3], 'kernel30');
});

test('when all others are closed, only those that are kept are given', () => {
  const kernelFiles = new KernelFiles(system, connection);
  for (const handle of [30, 31, 32]) kernelFiles.open(new KernelFile(handle, 0o010000), 0);
  closeOnExec.add(4);
  callWith({ kept: [4], flags: Flag.closeOthers, actions: [['duplicate', 5, 7]] });
  assert.deepEqual(given(), { 0: 'std0', 1: 'std1', 2: 'std2', 4: 'kernel31' });
});

test('what is to be kept must be there', () => {
  assert.equal(callWith({ kept: [8] }), -errnoNumber('EBADF'));
  assert.equal(callWith({ kept: [0], actions: [['close', 0]] }), -errnoNumber('EBADF'));
  assert.equal(connection.asked.length, 0);
});

test('actions are done in order', () => {
  callWith({
    actions: [
      ['duplicate', 1, 5],
      ['duplicate', 2, 1],
      ['duplicate', 5, 2],
      ['close', 5],
      ['close', 5],
    ],
  });
  assert.deepEqual(given(), { 0: 'std0', 1: 'std2', 2: 'std1' });
  callWith({
    actions: [
      ['closeFrom', 1],
      ['duplicate', 0, 6],
    ],
  });
  assert.deepEqual(given(), { 0: 'std0', 6: 'std0' });
  assert.equal(
    callWith({
      actions: [
        ['close', 1],
        ['duplicate', 1, 5],
      ],
    }),
    -errnoNumber('EBADF'),
  );
});

test('take is what the parent has, whatever came before', () => {
  callWith({
    actions: [
      ['take', 2, 0],
      ['take', 0, 1],
      ['take', 1, 2],
    ],
  });
  assert.deepEqual(given(), { 0: 'std2', 1: 'std0', 2: 'std1' });
  callWith({
    actions: [
      ['close', 1],
      ['take', 1, 2],
    ],
  });
  assert.deepEqual(given(), { 0: 'std0', 2: 'std1' });
  assert.equal(callWith({ actions: [['take', 9, 1]] }), -errnoNumber('EBADF'));
});

test('open gives the child what the parent does not keep', () => {
  const before = openHandles();
  fs.writeFileSync(`${folder}/old`, 'old');
  callWith({
    actions: [
      ['open', 1, 'new', 1 | kCreate | kTruncate, 0o666],
      ['open', 0, '/dev/null', 0],
      ['open', 7, `${folder}/old`, kReadWrite | kTruncate],
    ],
  });
  assert.deepEqual(given(), { 0: 'null', 1: 'new', 2: 'std2', 7: 'old' });
  assert.deepEqual(system.openNumbers(), [0, 1, 2]);
  assert.equal(openHandles(), before + 2);
  closeGiven();
  assert.equal(openHandles(), before);
  assert.equal(fs.readFileSync(`${folder}/old`, 'utf8'), '');
  assert.equal(fs.statSync(`${folder}/new`).mode & 0o777, 0o640);
  const again = asked().start.descriptors.find(({ fd }) => fd === 0);
  assert.deepEqual(again, { kind: 'path', fd: 0, flags: 0, path: '/dev/null', position: 0 });
});

test('open in another folder is relative to that', () => {
  fs.mkdirSync(`${folder}/elsewhere`);
  callWith({ directory: 'elsewhere', actions: [['open', 1, 'made', 1 | kCreate, 0o600]] });
  closeGiven();
  assert.ok(fs.existsSync(`${folder}/elsewhere/made`));
});

test('an open file is given as a handle, with the place of its position', () => {
  const before = openHandles();
  const stream = openFile('shared');
  const copy = system.dup(stream);
  stream.position = 3;
  callWith({});
  const [one, other] = asked().start.descriptors.filter((each) => each.kind === 'file');
  assert.ok(one && other);
  assert.deepEqual([one.fd, other.fd, one.path], [stream.fd, copy.fd, `${folder}/shared`]);
  assert.ok(one.shared > 0 && one.shared === other.shared && one.handle !== other.handle);
  assert.equal(stream.position, 3);
  closeGiven();
  system.close(stream);
  system.close(copy);
  assert.equal(openHandles(), before);
});

test('whatever fails, nothing stays open', () => {
  const before = openHandles();
  const stream = openFile('kept');
  const opening: Action = ['open', 8, 'opened', kReadWrite | kCreate, 0o600];
  assert.equal(callWith({ actions: [opening], programs: ['/no'] }), -errnoNumber('ENOENT'));
  assert.equal(callWith({ actions: [opening, ['duplicate', 9, 1]] }), -errnoNumber('EBADF'));
  assert.equal(callWith({ actions: [opening, ['open', 9, '/no/such', 0]] }), -errnoNumber('ENOENT'));
  connection.answer = replyOf(errnoNumber('EAGAIN'), 0);
  assert.equal(callWith({ actions: [opening] }), -errnoNumber('EAGAIN'));
  assert.deepEqual(system.openNumbers(), [0, 1, 2, stream.fd]);
  system.close(stream);
  assert.equal(openHandles(), before);
});

test('nor when one of the files cannot be given', () => {
  const before = openHandles();
  const [one, other] = [openFile('one'), openFile('other')];
  const { duplicate } = nodeFiles;
  const full = {
    ...nodeFiles,
    duplicate: (handle: number, flags: number) => duplicate?.(handle, flags) ?? -1,
  };
  let count = 0;
  full.duplicate = (handle, flags) => {
    if (++count === 2) throw new HostError('EMFILE');
    return duplicate?.(handle, flags) ?? -1;
  };
  for (const stream of [one, other]) Object.assign(stream.host as object, { files: full });
  assert.equal(callWith({}), -errnoNumber('EMFILE'));
  system.close(one);
  system.close(other);
  assert.equal(openHandles(), before);
});

test('an answer that comes later is waited for, and undoes as much', async () => {
  const before = openHandles();
  connection.answer = { reply: Promise.resolve(replyOf(errnoNumber('EAGAIN'), 0)), cancel: () => undefined };
  const answer = callWith({ actions: [['open', 1, 'late', kReadWrite | kCreate, 0o600]] });
  assert.equal(await answer, -errnoNumber('EAGAIN'));
  assert.equal(openHandles(), before);
});

test('what was opened in memory is opened again by its name', () => {
  callWith({ actions: [['open', 4, '/memory/file', kReadWrite | kCreate | kTruncate]] });
  const one = asked().start.descriptors.find(({ fd }) => fd === 4);
  assert.deepEqual(one, { kind: 'path', fd: 4, flags: kReadWrite, path: '/memory/file', position: 0 });
});

test('what is made in memory loses the bits of the mask, too', () => {
  const { mode } = files.openStream('/memory/file', folder, kReadWrite | kCreate, 0o666).node;
  assert.equal(mode & 0o777, 0o640);
});

/** Of what the child has, by descriptor. */
function locksGiven(): Record<number, number> {
  return Object.fromEntries(
    asked().start.descriptors.flatMap((one) =>
      one.kind === 'file' && one.lock !== undefined ? [[one.fd, one.lock]] : [],
    ),
  );
}

const lockableIsAsked = (message: Uint8Array): boolean => message[0] === Request.openLockable;

test('files that the child shares can be locked by both', () => {
  const own = openFile('shared');
  closeOnExec.add(openFile('own').fd ?? -1);
  callWith({ actions: [['open', 9, 'child', kReadWrite | kCreate, 0o600]] });
  assert.deepEqual(connection.asked.map(lockableIsAsked), [true, false]);
  assert.deepEqual([locksGiven(), asked().keep], [{ 3: 77 }, [77]]);
  assert.equal(locks.handleOf(own), 77);
  closeGiven();
  callWith({});
  assert.equal(connection.asked.length, 3);
  closeGiven();
});

test('a program of the machine holds the locks that there are, and asks for none', () => {
  const fd = openFile('outside-lock').fd ?? -1;
  callWith({ programs: ['/bin/outside'] });
  assert.deepEqual([connection.asked.length, locksGiven()], [1, {}]);
  closeGiven();
  locks.open(fd);
  callWith({ programs: ['/bin/outside'] });
  assert.deepEqual([locksGiven(), asked().keep], [{ [fd]: 77 }, [77]]);
  closeGiven();
});

test('in a Worker the kernel is waited for; who closes a file meanwhile has not given its lock', async () => {
  const [kept, gone] = [openFile('kept'), openFile('gone-meanwhile')];
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  connection.answer = { reply: promise, cancel: () => undefined };
  const spawned = callWith({});
  assert.deepEqual(connection.asked.map(lockableIsAsked), [true, true]);
  connection.answer = replyOf(0, 78);
  system.close(gone);
  resolve(replyOf(0, 40));
  assert.equal(await spawned, 78);
  assert.deepEqual(locksGiven(), { [kept.fd ?? -1]: 40 });
  closeGiven();
});

test('a child finds the record locks that were set before there was one', () => {
  const fd = openFile('records').fd ?? -1;
  closeOnExec.add(fd);
  locks.keep(fd, 1, 0n, 10n);
  callWith({});
  assert.equal(locks.isAlone, false);
  assert.deepEqual(connection.asked.map(lockableIsAsked), [true, false]);
  assert.deepEqual(
    connection.told.map((message) => message[0]),
    [Request.lockRecord],
  );
});

test('a program in the place of this one gets the same, and what waits for the process', () => {
  const kernelFiles = new KernelFiles(system, connection);
  for (const handle of [30, 31]) kernelFiles.open(new KernelFile(handle, 0o010000), 0);
  closeOnExec.add(4);
  signals.setAlarm(60_000, 5);
  callWith({ programs: ['/bin/outside'], flags: Flag.replaces, pending: 1n << 14n, ignored: 1n });
  signals.setAlarm(0, 0);
  const { start, keep, outside } = askedInPlace();
  assert.deepEqual([keep, outside, start.ignored], [[30], true, [1]]);
  assert.deepEqual(
    start.descriptors.map(({ fd }) => fd),
    [0, 1, 2, 3],
  );
  const { pending, alarm, input } = start.left ?? assert.fail();
  assert.deepEqual([pending, [...bytesFromText(input)], alarm?.interval], [[15], [104, 255], 5]);
  assert.ok(Math.abs((alarm?.at ?? 0) - Date.now() - 60_000) < 5000);
});

test('nothing runs until it is known that the program cannot be there, and never when it is', async () => {
  let answer: (reply: Uint8Array) => void = () => undefined;
  connection.answer = {
    reply: new Promise((resolve) => {
      answer = resolve;
    }),
    cancel: () => undefined,
  };
  const asked = callWith({ flags: Flag.replaces });
  let hasRun = false;
  const other = gate.over(kJspi).suspending(() => Promise.resolve()) as unknown as () => Promise<void>;
  const running = other().then(() => {
    hasRun = true;
  });
  await new Promise(setImmediate);
  assert.equal(hasRun, false);
  answer(replyOf(errnoNumber('E2BIG'), 0));
  assert.equal(await asked, -errnoNumber('E2BIG'));
  await running;
});

test('what is no program changes nothing', async () => {
  assert.equal(callWith({ flags: Flag.replaces, programs: ['/no'] }), -errnoNumber('ENOENT'));
  assert.equal(callWith({ flags: Flag.replaces, programs: [''] }), -errnoNumber('ENOENT'));
  assert.equal(connection.asked.length, 0);
  const other = gate.over(kJspi).suspending(() => Promise.resolve(7)) as unknown as () => Promise<number>;
  assert.equal(await other(), 7);
});

test('a program may be named by its descriptor', () => {
  const stream = openFile('outside');
  callWith({ flags: Flag.replaces, programs: [`/proc/self/fd/${String(stream.fd)}`] });
  assert.equal(askedInPlace().start.program, `${folder}/outside`);
  for (const one of askedInPlace().start.descriptors) if (one.kind === 'file') fs.closeSync(one.handle);
  system.close(stream);
  assert.equal(callWith({ programs: ['/proc/self/fd/99'] }), -errnoNumber('ENOENT'));
});

test('without JSPI no program takes the place of this one', () => {
  const programs = { find: () => 'here' as const, opensFilesAgain: false };
  const input = fakeInput();
  const host = { fs: system, memory, connection, closeOnExec, files, locks, programs, signals, input, gate };
  spawn = spawnImport({ ...host, jspi: null }) as typeof spawn;
  assert.equal(callWith({ flags: Flag.replaces }), -errnoNumber('ENOSYS'));
});

test('of a program that is over all files are closed, and nothing else', () => {
  const before = openHandles();
  const stream = openFile('over');
  system.dup(stream);
  openFile('over, too');
  new KernelFiles(system, connection).open(new KernelFile(30, 0o010000), 0);
  files.closeAll();
  assert.equal(openHandles(), before);
  assert.deepEqual(system.openNumbers(), [0, 1, 2, 6]);
  assert.equal(connection.told.length, 0);
});
