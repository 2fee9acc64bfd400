// SPDX-License-Identifier: Apache-2.0
// Open files in messages: what the sender makes of them, what the hub keeps, and what the receiver has. The kernel is real.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { FileStream } from '../../../web/common/emscripten.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import { FileLocks } from '../../../web/common/file-locks.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { HostFileSystem } from '../../../web/common/host-file-system.ts';
import { answerOf, request, Request } from '../../../web/common/kernel-wire.ts';
import { PassedFiles, passedFileImports } from '../../../web/common/passed-files.ts';
import { Signals } from '../../../web/common/signals.ts';
import type { ProcessStarter } from '../../../web/kernel/hub.ts';
import { LocalConnection } from '../../../web/kernel/local-connection.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import { newPositions, NodePositions } from '../../../web/node/node-processes.ts';
import { kernelModule, kernelTest } from '../kernel/kernel-module.ts';
import { openHandlesIn } from '../open-handles.ts';
import { fakeFileSystem } from './fake-file-system.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'passed-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

const kReadWrite = 2;
const kCreate = 0o100;

const openHandles = (): number => openHandlesIn(folder);

function makeProcess(keeper: Partial<ProcessStarter> = {}, buffer = newPositions(), opensFilesAgain = true) {
  const system = fakeFileSystem(['/dev/null', '/memory']);
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const mounts = [{ at: '/', files: nodeFiles, except: ['/dev', '/memory'] }];
  const guest = { umask: () => 0o022 };
  const files = new HostFileSystem(system, memory, mounts, guest, new NodePositions(buffer));
  const starter: ProcessStarter = {
    start: () => assert.fail(),
    keepFile: (handle, flags) => nodeFiles.duplicate(handle, flags),
    closeFile: (handle) => {
      nodeFiles.close(handle);
    },
    ...keeper,
  };
  const connection = new LocalConnection({
    module: kernelModule,
    starter,
    signals: new Signals(),
    pid: 7,
    directory: '/',
    end: () => undefined,
  });
  const locks = new FileLocks(system, files, connection, true);
  const closeOnExec = new Set<number>();
  const passed = new PassedFiles({ fs: system, files, locks, connection, closeOnExec, opensFilesAgain });
  const { taipan_pass_file: pass, taipan_take_file: take } = passedFileImports(passed, null) as unknown as {
    taipan_pass_file: (fd: number) => number;
    taipan_take_file: (handle: number, closes: number, keeps: number) => number;
  };
  return {
    system,
    connection,
    closeOnExec,
    pass,
    take,
    open: (name: string): FileStream => files.openStream(name, folder, kReadWrite | kCreate, 0o666),
    close: (stream: FileStream) => {
      files.closeStream(stream);
    },
    stream: (fd: number): FileStream => {
      const found = system.streams[fd];
      assert.ok(found);
      return found;
    },
    duplicate: (handle: number): number => {
      const message = request(Request.duplicate).u32(handle).u32(0).flag(true).take();
      const answer = connection.ask(message);
      assert.ok(answer instanceof Uint8Array);
      return answerOf(answer).value;
    },
  };
}

function fdOf({ fd }: FileStream): number {
  assert.ok(fd !== null);
  return fd;
}
function write(stream: FileStream, text: string): void {
  assert.ok(stream.stream_ops.write);
  const heap = Int8Array.from(Buffer.from(text));
  stream.position += stream.stream_ops.write(stream, heap, 0, heap.length, stream.position);
}

kernelTest('a file is there though its sender has closed and removed it, and has one position', () => {
  const process = makeProcess();
  const own = process.open('gone');
  write(own, 'one ');
  const handle = process.pass(fdOf(own));
  assert.ok(handle >= 0);
  const again = process.duplicate(handle);
  process.close(own);
  const first = process.stream(process.take(handle, 1, 0));
  const second = process.stream(process.take(again, 0, 0));
  assert.ok(process.closeOnExec.has(fdOf(first)));
  assert.ok(!process.closeOnExec.has(fdOf(second)));
  assert.equal(first.position, 4);
  write(first, 'two ');
  write(second, 'three');
  assert.equal(fs.readFileSync(`${folder}/gone`, 'utf8'), 'one two three');
  process.close(first);
  process.close(second);
  assert.equal(openHandles(), 0);
});

kernelTest('what the host keeps goes when nobody has the message any more', () => {
  const process = makeProcess();
  const own = process.open('dropped');
  const handle = process.pass(fdOf(own));
  process.close(own);
  assert.equal(openHandles(), 1);
  process.connection.tell(request(Request.close).u32(handle).take());
  assert.equal(openHandles(), 0);
});

kernelTest('a host that takes over what it is given is given one', () => {
  const closed: number[] = [];
  const kept: number[] = [];
  const keeper: Partial<ProcessStarter> = {
    keepFile: (handle) => {
      kept.push(handle);
      return handle;
    },
    closeFile: (handle) => {
      closed.push(handle);
      nodeFiles.close(handle);
    },
  };
  const process = makeProcess(keeper, newPositions(), false);
  const own = process.open('given');
  const taken = process.take(process.pass(fdOf(own)), 0, 0);
  assert.deepEqual(closed, kept);
  process.close(own);
  process.close(process.stream(taken));
  assert.equal(openHandles(), 0);
});

kernelTest('what cannot be kept is not sent', () => {
  const fails = makeProcess({
    keepFile: () => {
      throw Object.assign(new Error(), { code: 'EMFILE' });
    },
  });
  const own = fails.open('kept');
  assert.equal(fails.pass(fdOf(own)), -errnoNumber('EMFILE'));
  assert.equal(fails.pass(99), -errnoNumber('EBADF'));
  fails.close(own);
  const process = makeProcess();
  assert.equal(process.take(55, 0, 0), -errnoNumber('EBADF'));
  assert.equal(openHandles(), 0);
});

kernelTest('when there are no places for positions left, the receiver begins at the sender’s', () => {
  const buffer = newPositions();
  new Int32Array(buffer)[0] = 1 << 20;
  const process = makeProcess({}, buffer);
  const own = process.open('many');
  write(own, 'abc');
  const theirs = process.stream(process.take(process.pass(fdOf(own)), 0, 0));
  assert.equal(theirs.position, 3);
  process.close(own);
  process.close(theirs);
});

kernelTest('devices are opened again, files in memory are their own process’s', () => {
  const process = makeProcess();
  const device = process.system.open('/dev/null', kReadWrite);
  const opened = process.stream(process.take(process.pass(fdOf(device)), 0, 0));
  assert.equal(opened.path, '/dev/null');
  const memory = process.system.createStream({
    node: new process.system.FSNode(null, '', 0o100600, 0),
    path: '/memory/file',
    flags: kReadWrite,
    position: 5,
    seekable: true,
    stream_ops: {},
  });
  const handle = process.pass(fdOf(memory));
  const peeked = process.duplicate(handle);
  assert.equal(process.stream(process.take(peeked, 0, 1)).position, 5);
  const twice = process.duplicate(handle);
  assert.equal(process.stream(process.take(handle, 0, 0)).position, 5);
  assert.equal(process.take(twice, 0, 0), -errnoNumber('EOPNOTSUPP'));
});
