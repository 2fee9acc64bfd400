// SPDX-License-Identifier: Apache-2.0
// The C library's calls over real files, in a folder of the machine, called as the interpreter does: with pointers.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { FileSystem, ImportTable } from '../../../web/common/emscripten.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { HostFileSystem } from '../../../web/common/host-file-system.ts';
import { OpenFlag, S_IFIFO } from '../../../web/common/host-files.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import { fakeFileSystem } from './fake-file-system.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'host-files-')));
const kAtCurrentDirectory = -100;
const kAtNoFollow = 0x100;
/** Where the tests put paths, times and results. */
const kPath = 1024;
const kOther = 4096;
const kResult = 8192;

/** What Emscripten itself would have been called with. */
let passedOn: number[][] = [];
let umask = 0;
let memory: GuestMemory;
let fileSystem: FileSystem;
let calls: Record<string, (...args: number[]) => number>;

const kCalls = [
  '__syscall_openat',
  '__syscall_mkdirat',
  '__syscall_fstat64',
  '__syscall_fchmodat2',
  '__syscall_fchownat',
  '__syscall_fchown32',
  '__syscall_utimensat',
  'fd_sync',
];

beforeEach(() => {
  passedOn = [];
  umask = 0o022;
  memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  fileSystem = fakeFileSystem();
  fileSystem.currentPath = folder;
  const env: ImportTable = {};
  for (const name of kCalls) {
    env[name] = (...args: number[]) => {
      passedOn.push(args);
      return 0;
    };
  }
  new HostFileSystem(fileSystem, memory, [{ at: folder, files: nodeFiles }], {
    umask: () => umask,
  }).install(env);
  calls = env as typeof calls;
});

after(() => {
  fs.rmSync(folder, { recursive: true });
});

function call(name: string, ...args: number[]): number {
  const run = calls[name];
  assert.ok(run);
  return run(...args);
}

function text(at: number, value: string): number {
  memory.writeText(at, `${value}\0`, 1000);
  return at;
}

function open(file: string, flags: number, mode = 0): number {
  memory.view.setInt32(kOther, mode, true);
  return call('__syscall_openat', kAtCurrentDirectory, text(kPath, file), flags, kOther);
}

function create(name: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, '');
  return file;
}

const permissions = (file: string): number => fs.statSync(file).mode & 0o7777;

test("new files and folders lose the bits of the program's own mask", () => {
  const before = process.umask(0o077);
  try {
    assert.ok(open('masked', OpenFlag.create | OpenFlag.writeOnly, 0o666) >= 0);
    const pointer = text(kPath, 'masked-folder');
    assert.equal(call('__syscall_mkdirat', kAtCurrentDirectory, pointer, 0o777), 0);
    umask = 0;
    assert.ok(open('open', OpenFlag.create | OpenFlag.writeOnly, 0o666) >= 0);
    assert.equal(process.umask(), 0o077);
  } finally {
    process.umask(before);
  }
  assert.equal(permissions(`${folder}/masked`), 0o644);
  assert.equal(permissions(`${folder}/masked-folder`), 0o755);
  assert.equal(permissions(`${folder}/open`), 0o666);
});

test('what is created in memory is masked as well', () => {
  open('/elsewhere/file', OpenFlag.create, 0o666);
  assert.deepEqual(passedOn, [[kAtCurrentDirectory, kPath, OpenFlag.create, kOther]]);
  assert.equal(memory.view.getInt32(kOther, true), 0o644);
  call('__syscall_mkdirat', kAtCurrentDirectory, text(kPath, '/elsewhere'), 0o777);
  assert.deepEqual(passedOn[1], [kAtCurrentDirectory, kPath, 0o755]);
});

test("a link's own mode cannot be changed, what it leads to can", () => {
  const file = create('target');
  fs.chmodSync(file, 0o600);
  fs.symlinkSync('target', `${folder}/link`);
  const change = (name: string, flags: number) =>
    call('__syscall_fchmodat2', kAtCurrentDirectory, text(kPath, name), 0o640, flags);
  assert.equal(change('link', kAtNoFollow), -errnoNumber('EOPNOTSUPP'));
  assert.equal(permissions(file), 0o600);
  assert.equal(change('target', kAtNoFollow), 0);
  assert.equal(permissions(file), 0o640);
  fs.chmodSync(file, 0o600);
  assert.equal(change('link', 0), 0);
  assert.equal(permissions(file), 0o640);
  assert.equal(change('missing', kAtNoFollow), -errnoNumber('ENOENT'));
});

test('owners: -1 leaves one as it is', () => {
  const file = create('owned');
  const { uid, gid } = fs.statSync(file);
  const change = (name: string, user: number, group: number, flags = 0) =>
    call('__syscall_fchownat', kAtCurrentDirectory, text(kPath, name), user, group, flags);
  assert.equal(change('owned', -1, -1), 0);
  assert.deepEqual([fs.statSync(file).uid, fs.statSync(file).gid], [uid, gid]);
  assert.equal(change('missing', -1, -1), -errnoNumber('ENOENT'));
  if (process.getuid?.() !== 0) {
    assert.equal(change('owned', 0, -1), -errnoNumber('EPERM'));
    return;
  }
  fs.symlinkSync('owned', `${folder}/owned-link`);
  assert.equal(change('owned-link', 1, 2, kAtNoFollow), 0);
  assert.deepEqual([fs.lstatSync(`${folder}/owned-link`).uid, fs.statSync(file).uid], [1, uid]);
  assert.equal(change('owned-link', 3, -1), 0);
  const fd = open('owned', OpenFlag.readWrite);
  assert.equal(call('__syscall_fchown32', fd, -1, 4), 0);
  assert.deepEqual([fs.statSync(file).uid, fs.statSync(file).gid], [3, 4]);
});

test('times go to the host with their nanoseconds', () => {
  const file = create('timed');
  const set = (index: number, seconds: bigint, nanoseconds: number) => {
    memory.view.setBigInt64(kOther + index * 16, seconds, true);
    memory.view.setInt32(kOther + index * 16 + 8, nanoseconds, true);
  };
  set(0, 1n, 2_003_001);
  set(1, -6n, 500_000_001);
  const pointer = text(kPath, 'timed');
  assert.equal(call('__syscall_utimensat', kAtCurrentDirectory, pointer, kOther, 0), 0);
  const { atimeNs, mtimeNs } = fs.statSync(file, { bigint: true });
  assert.deepEqual([atimeNs, mtimeNs], [1_002_003_001n, -5_499_999_999n]);
});

test("a descriptor's name leads to its file, opened once more", () => {
  fs.writeFileSync(path.join(folder, 'script'), 'twice');
  const fd = open('script', 0);
  assert.ok(fd >= 0);
  for (const name of [`/dev/fd/${String(fd)}`, `/proc/self/fd/${String(fd)}`]) {
    const again = open(name, 0);
    assert.notEqual(again, fd);
    assert.equal(fileSystem.streams[again]?.path, path.join(folder, 'script'));
  }
  open('/dev/fd/77', 0);
  assert.equal(passedOn.length, 1);
});

test('the end of a pipe has a stat, though no name leads to it', () => {
  const node = new fileSystem.FSNode(null, 'pipe', S_IFIFO, 0);
  const { fd } = fileSystem.createStream({ node, path: 'pipe', kernel: {} });
  assert.equal(call('__syscall_fstat64', fd ?? -1, kResult), 0);
  assert.equal(memory.view.getInt32(kResult + 4, true), S_IFIFO | 0o600);
  assert.deepEqual(passedOn, []);
});

test('errors are negative, those of WASI calls are positive', () => {
  assert.equal(call('fd_sync', 99), errnoNumber('EBADF'));
  assert.equal(call('__syscall_fstat64', 99, kResult), -errnoNumber('EBADF'));
});
