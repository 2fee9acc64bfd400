// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { installDescriptorCalls } from '../../../web/common/descriptor-calls.ts';
import type { Import } from '../../../web/common/emscripten.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import { FileLocks } from '../../../web/common/file-locks.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { HostFileSystem } from '../../../web/common/host-file-system.ts';
import { KernelFile, KernelFiles } from '../../../web/common/kernel-files.ts';
import { Request, WireReader } from '../../../web/common/kernel-wire.ts';
import { fakeConnection } from './fake-connection.ts';
import { fakeDescriptorCalls, fakeFileSystem, type FakeFileSystem } from './fake-file-system.ts';

const kCloseOnExec = 0o2000000;
const kAppend = 0o2000;
const kNonBlocking = 0o4000;
const kReadWrite = 2;
const Fcntl = { dup: 0, getFlags: 1, setFlags: 2, getStatus: 3, setStatus: 4, dupClosed: 1030 } as const;
const kArgument = 64;
const kPath = 128;

let fs: FakeFileSystem;
let memory: GuestMemory;
let calls: Record<string, Import>;
let closed: Set<number>;
let told: Uint8Array[];
let kernelFiles: KernelFiles;

beforeEach(() => {
  fs = fakeFileSystem(['/a', '/b']);
  memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const env = fakeDescriptorCalls(fs, memory);
  const connection = fakeConnection();
  told = connection.told;
  const files = new HostFileSystem(fs, memory, [], { umask: () => 0 });
  const locks = new FileLocks(fs, files, connection, true);
  closed = installDescriptorCalls(fs, memory, env, connection, locks);
  kernelFiles = new KernelFiles(fs, connection);
  calls = env as typeof calls;
});

function call(name: string, ...args: number[]): unknown {
  const run = calls[name];
  assert.ok(run);
  return run(...args);
}

function open(path: string, flags = 0): unknown {
  memory.writeText(kPath, `${path}\0`, 100);
  return call('__syscall_openat', -100, kPath, flags);
}

function fcntl(fd: number, command: number, argument = 0): unknown {
  memory.view.setInt32(kArgument, argument, true);
  return call('__syscall_fcntl64', fd, command, kArgument);
}

test('open marks what is to be closed, and a number that is used again is not', () => {
  assert.deepEqual([open('/a', kCloseOnExec), open('/b')], [0, 1]);
  assert.deepEqual([...closed], [0]);
  assert.equal(open('/none', kCloseOnExec), -errnoNumber('ENOENT'));
  call('fd_close', 0);
  assert.deepEqual([...closed], []);
  assert.equal(open('/a'), 0);
  assert.equal(fcntl(0, Fcntl.getFlags), 0);
});

test('a duplicate is not closed on exec, whatever its original is', () => {
  open('/a', kCloseOnExec);
  assert.equal(call('__syscall_dup', 0), 1);
  assert.equal(call('__syscall_dup3', 0, 5, 0), 5);
  assert.equal(fcntl(0, Fcntl.dup, 10), 10);
  assert.deepEqual([...closed], [0]);
});

test('dup3 and fcntl may ask for it', () => {
  open('/a');
  assert.equal(call('__syscall_dup3', 0, 5, kCloseOnExec), 5);
  assert.equal(fcntl(0, Fcntl.dupClosed, 5), 6);
  assert.deepEqual([...closed], [5, 6]);
  assert.equal(call('__syscall_dup3', 0, 5, 0), 5); // over the old one
  assert.deepEqual([...closed], [6]);
});

test('dup3 onto itself and of nothing changes nothing', () => {
  open('/a', kCloseOnExec);
  assert.equal(call('__syscall_dup3', 0, 0, 0), -errnoNumber('EINVAL'));
  assert.equal(call('__syscall_dup3', 9, 0, 0), -errnoNumber('EBADF'));
  assert.equal(call('__syscall_dup', 9), -errnoNumber('EBADF'));
  assert.deepEqual([...closed], [0]);
});

test('the flag can be asked for, set and cleared', () => {
  open('/a');
  call('__syscall_dup', 0);
  assert.equal(fcntl(0, Fcntl.setFlags, 1), 0);
  assert.deepEqual([fcntl(0, Fcntl.getFlags), fcntl(1, Fcntl.getFlags)], [1, 0]);
  assert.equal(fcntl(0, Fcntl.setFlags, 0), 0);
  assert.equal(fcntl(0, Fcntl.getFlags), 0);
  assert.equal(fcntl(9, Fcntl.getFlags), -errnoNumber('EBADF'));
  assert.equal(fcntl(9, Fcntl.setFlags, 1), -errnoNumber('EBADF'));
  assert.deepEqual([...closed], []);
});

test('flags of the file can be set and cleared, and duplicates share them', () => {
  open('/a', kReadWrite | kAppend);
  call('__syscall_dup', 0);
  assert.equal(fcntl(0, Fcntl.setStatus, kNonBlocking | 1), 0);
  assert.equal(fcntl(1, Fcntl.getStatus), kReadWrite | kNonBlocking);
  fcntl(1, Fcntl.setStatus, 0);
  assert.equal(fcntl(0, Fcntl.getStatus), kReadWrite);
  assert.deepEqual(told, []);
});

test("the kernel is told the flags of what is the kernel's", () => {
  const { fd } = kernelFiles.open(new KernelFile(77, 0o010000), 1);
  fcntl(fd ?? -1, Fcntl.setStatus, kNonBlocking);
  const reader = new WireReader(told[0] ?? new Uint8Array());
  assert.equal(reader.u32() & 0xffff, Request.control);
  reader.u32();
  assert.deepEqual([reader.u32(), reader.u32(), reader.u32()], [77, Fcntl.setStatus, kNonBlocking | 1]);
});

test("a file of the kernel's is closed with the last of its descriptors", () => {
  const { fd } = kernelFiles.open(new KernelFile(77, 0o010000), 0);
  assert.equal(fd, 0);
  call('__syscall_dup', 0);
  call('__syscall_dup3', 0, 7, 0);
  assert.deepEqual([kernelFiles.handleOf(1), kernelFiles.handleOf(7), kernelFiles.handleOf(3)], [77, 77, -1]);
  call('fd_close', 0);
  call('fd_close', 7);
  assert.deepEqual(told, []);
  call('fd_close', 1);
  const reader = new WireReader(told[0] ?? new Uint8Array());
  assert.deepEqual([reader.u32(), reader.u32(), reader.u32()], [Request.close, 0, 77]);
});

test('a name of a descriptor opens what the kernel has once more', () => {
  const { fd } = kernelFiles.open(new KernelFile(77, 0o010000), 0);
  assert.equal(fd, 0);
  assert.deepEqual([open('/dev/fd/0', kCloseOnExec), open('/proc/self/fd/0'), open('/dev/stdin')], [1, 2, 3]);
  assert.deepEqual([kernelFiles.handleOf(3), [...closed]], [77, [1]]);
  assert.equal(open('/dev/fd/9'), -errnoNumber('ENOENT'));
  let last: unknown = 0;
  while (typeof last === 'number' && last >= 0) last = open('/dev/fd/0');
  assert.equal(last, -errnoNumber('EMFILE'));
});
