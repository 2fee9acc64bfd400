// SPDX-License-Identifier: Apache-2.0
// Locks of a process's files: what the kernel is told of them, and what is kept while nobody else is there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { installDescriptorCalls } from '../../../web/common/descriptor-calls.ts';
import type { FileStream, Import } from '../../../web/common/emscripten.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import { FileLocks } from '../../../web/common/file-locks.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { HostFileSystem } from '../../../web/common/host-file-system.ts';
import { kRequestHeader, Request, WireReader } from '../../../web/common/kernel-wire.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import { fakeConnection, replyOf, type FakeConnection } from './fake-connection.ts';
import { fakeDescriptorCalls, fakeFileSystem, type FakeFileSystem } from './fake-file-system.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'locks-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

const [kRead, kWrite, kUnlock] = [0, 1, 2];
const kReadWriteCreate = 2 | 0o100;
const kAll = 2n ** 63n - 1n;

let system: FakeFileSystem;
let files: HostFileSystem;
let connection: FakeConnection;
let calls: Record<string, Import>;
let locks: FileLocks;

function begin(isAlone: boolean): void {
  system = fakeFileSystem(['/memory']);
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const mounts = [{ at: '/', files: nodeFiles, except: ['/memory'] }];
  files = new HostFileSystem(system, memory, mounts, { umask: () => 0 });
  connection = fakeConnection();
  const env = fakeDescriptorCalls(system, memory);
  locks = new FileLocks(system, files, connection, isAlone);
  installDescriptorCalls(system, memory, env, connection, locks);
  calls = env as typeof calls;
}

beforeEach(() => {
  begin(false);
});

function open(name: string): number {
  return files.openStream(name, folder, kReadWriteCreate, 0o600).fd ?? -1;
}

function stream(fd: number): FileStream {
  const found = system.streams[fd];
  assert.ok(found);
  return found;
}

function call(name: string, ...args: number[]): unknown {
  return calls[name]?.(...args);
}

function lockedAs(fd: number, handle: number): void {
  connection.answer = replyOf(0, handle);
  assert.equal(locks.open(fd), handle);
}

function fieldsOf(message: Uint8Array): { number: number; fields: WireReader; view: DataView } {
  const view = new DataView(message.buffer, message.byteOffset);
  return { number: view.getUint16(0, true), fields: new WireReader(message.subarray(kRequestHeader)), view };
}

/** What was told since the last time, in short. */
function told(): string[] {
  return connection.told.splice(0).map((message) => {
    const { number, fields, view } = fieldsOf(message);
    const handle = fields.u32();
    if (number === Request.close) return `close ${String(handle)}`;
    assert.equal(number, Request.lockRecord);
    const type = ['read', 'write', 'unlock'][fields.u32()] ?? '?';
    const [start, length] = [8, 16].map((offset) => view.getBigInt64(kRequestHeader + offset, true));
    assert.deepEqual([...message.subarray(kRequestHeader + 24)], [0, 0, 0]);
    return `${type} ${String(handle)} ${String(start)}+${String(length)}`;
  });
}

function asked(): { device: bigint; inode: bigint; isOwn: boolean }[] {
  return connection.asked.splice(0).map((message) => {
    const { number, view } = fieldsOf(message);
    assert.equal(number, Request.openLockable);
    return {
      device: view.getBigUint64(kRequestHeader, true),
      inode: view.getBigUint64(kRequestHeader + 8, true),
      isOwn: view.getUint8(kRequestHeader + 16) === 1,
    };
  });
}

test('a file is named as stat names it, and one in memory is the process’s own', () => {
  lockedAs(open('named'), 4);
  const stat = fs.statSync(`${folder}/named`, { bigint: true });
  const own = system.open('/memory', 2);
  lockedAs(own.fd ?? -1, 5);
  assert.deepEqual(asked(), [
    { device: stat.dev, inode: stat.ino, isOwn: false },
    { device: 0n, inode: BigInt(own.node.id), isOwn: true },
  ]);
});

test('duplicates have one number, and the last of them closes it', () => {
  const fd = open('dup');
  lockedAs(fd, 7);
  const copy = call('__syscall_dup', fd) as number;
  lockedAs(copy, 7);
  assert.equal(asked().length, 1);
  call('fd_close', fd);
  assert.deepEqual(told(), ['unlock 7 0+0']);
  call('fd_close', copy);
  assert.deepEqual(told(), ['close 7']);
});

test('files that are opened twice have two, and closing one gives up records that were set by the other', () => {
  const [one, other] = [open('twice'), open('twice')];
  lockedAs(one, 1);
  lockedAs(other, 2);
  const third = open('twice');
  call('fd_close', other);
  assert.deepEqual(told(), ['close 2']);
  call('fd_close', third);
  assert.deepEqual(told(), ['unlock 1 0+0']);
  call('fd_close', open('another'));
  assert.deepEqual(told(), []);
});

test('what dup2 closes is closed', () => {
  const [one, other] = [open('over'), open('under')];
  lockedAs(one, 1);
  lockedAs(other, 2);
  call('__syscall_dup3', one, other, 0);
  assert.deepEqual(told(), ['close 2']);
  call('__syscall_dup3', one, one, 0);
  call('__syscall_dup3', 60, one, 0);
  assert.deepEqual(told(), []);
  call('fd_close', one);
  call('fd_close', other);
  assert.deepEqual(told(), ['unlock 1 0+0', 'close 1']);
});

test('what is refused is an error, and is asked again', () => {
  const fd = open('refused');
  connection.answer = replyOf(errnoNumber('EMFILE'), 0);
  assert.equal(locks.open(fd), -errnoNumber('ENOLCK'));
  assert.equal(locks.open(60), -errnoNumber('EBADF'));
  assert.equal(locks.handleOf(stream(fd)), null);
  lockedAs(fd, 3);
});

test('two threads that open it at a time have the same, and it is nobody’s when it was closed meanwhile', async () => {
  const answers = [1, 2, 3].map(() => Promise.withResolvers<Uint8Array>());
  const fd = open('threads');
  const opening = answers.map(({ promise }) => {
    connection.answer = { reply: promise, cancel: () => undefined };
    return locks.open(fd);
  });
  answers[0]?.resolve(replyOf(0, 5));
  assert.equal(await opening[0], 5);
  answers[1]?.resolve(replyOf(0, 6));
  assert.equal(await opening[1], 5);
  assert.deepEqual(told(), ['close 6']);
  call('fd_close', fd);
  assert.deepEqual(told(), ['close 5']);
  answers[2]?.resolve(replyOf(0, 7));
  assert.equal(await opening[2], -errnoNumber('EBADF'));
  assert.deepEqual(told(), ['close 7']);
});

test('an inherited file has the number that it came with', () => {
  const fd = open('inherited');
  locks.adopt(stream(fd), 9);
  assert.equal(locks.open(fd), 9);
  assert.deepEqual(asked(), []);
  call('fd_close', fd);
  assert.deepEqual(told(), ['close 9']);
});

test('alone, records cost no request; then they are told as they stand', () => {
  begin(true);
  const fd = open('alone');
  const other = open('second');
  assert.equal(locks.isAlone, true);
  locks.keep(fd, kWrite, 0n, 100n);
  locks.keep(fd, kRead, 10n, 10n);
  locks.keep(fd, kUnlock, 50n, 10n);
  locks.keep(fd, kRead, 10n, 10n);
  locks.keep(other, kRead, 5n, 0n);
  assert.deepEqual([connection.asked.length, connection.told.length], [0, 0]);
  connection.answer = replyOf(0, 3);
  locks.share();
  assert.equal(locks.isAlone, false);
  assert.equal(asked().length, 2);
  assert.deepEqual(told(), ['write 3 0+100', 'unlock 3 50+10', 'read 3 10+10', 'read 3 5+0']);
  locks.share();
  assert.deepEqual(told(), []);
});

test('alone, what is unlocked or closed is forgotten', () => {
  begin(true);
  const [one, other, third] = [open('forgotten'), open('forgotten'), open('third')];
  locks.keep(one, kWrite, 0n, 0n);
  locks.keep(third, kWrite, 5n, 5n);
  locks.keep(third, kUnlock, 0n, 0n);
  call('fd_close', other);
  locks.share();
  assert.deepEqual([asked(), told()], [[], []]);
});

test('alone, who locks and unlocks for ever keeps no more for it', () => {
  begin(true);
  const fd = open('often');
  for (let round = 0n; round < 1000n; ++round) {
    locks.keep(fd, kRead, 0n, 1n);
    locks.keep(fd, kRead, 2n, 510n);
    locks.keep(fd, kUnlock, 0n, 1n);
    locks.keep(fd, kWrite, 1n, 1n);
    locks.keep(fd, kRead, 2n, 510n);
    locks.keep(fd, kUnlock, 0n, 2n);
  }
  locks.share();
  assert.equal(told().length, 1);
});

/** What the kernel would hold, byte by byte: the same as if it had been told each. */
test('alone, any order of locks comes to what it is', () => {
  const kBytes = 12;
  let seed = 5;
  const below = (limit: number): number => (seed = (seed * 48271) % 0x7fffffff) % limit;
  for (let round = 0; round < 300; ++round) {
    begin(true);
    const fd = open('any');
    const expected = Array<number>(kBytes).fill(kUnlock ?? 2);
    for (let step = 0; step < 8; ++step) {
      const [type, start] = [below(3), below(kBytes)];
      const length = below(kBytes - start + 1);
      expected.fill(type, start, length === 0 ? kBytes : start + length);
      locks.keep(fd, type, BigInt(start), BigInt(length));
    }
    locks.share();
    const held = Array<number>(kBytes).fill(kUnlock ?? 2);
    for (const message of connection.told) {
      const { view } = fieldsOf(message);
      const [start, length] = [8, 16].map((at) => Number(view.getBigInt64(kRequestHeader + at, true)));
      held.fill(
        view.getUint32(kRequestHeader + 4, true),
        start,
        length === 0 ? kBytes : (start ?? 0) + (length ?? 0),
      );
    }
    assert.deepEqual(held, expected, `round ${String(round)}`);
  }
});

test('a record may reach as far as a file can', () => {
  begin(true);
  const fd = open('far');
  locks.keep(fd, kWrite, 1n, kAll - 1n);
  connection.answer = replyOf(0, 3);
  locks.share();
  assert.deepEqual(told(), ['write 3 1+0']);
});
