// SPDX-License-Identifier: Apache-2.0
// Open files between processes: given away, taken over, and with one position for all.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { FileStream } from '../../../web/common/emscripten.ts';
import { FileLocks } from '../../../web/common/file-locks.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { HostFileSystem, type SharedPositions } from '../../../web/common/host-file-system.ts';
import { inheritDescriptors } from '../../../web/common/inherited-descriptors.ts';
import { KernelFiles } from '../../../web/common/kernel-files.ts';
import type { InheritedDescriptor } from '../../../web/common/process-start.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import { newPositions, NodePositions } from '../../../web/node/node-processes.ts';
import { openHandlesIn } from '../open-handles.ts';
import { fakeConnection } from './fake-connection.ts';
import { fakeFileSystem } from './fake-file-system.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'inherited-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

const kReadWrite = 2;
const kAppend = 0o2000;

function makeProcess(positions: SharedPositions | null) {
  const system = fakeFileSystem(['/dev/null', '/dev/zero', '/dev/full', '/dev/random']);
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const guest = { umask: () => 0o022 };
  const mounts = [{ at: '/', files: nodeFiles, except: ['/dev'] }];
  const files = new HostFileSystem(system, memory, mounts, guest, positions);
  const connection = fakeConnection();
  const kernelFiles = new KernelFiles(system, connection);
  const locks = new FileLocks(system, files, connection, false);
  return {
    system,
    files,
    locks,
    kernelFiles,
    connection,
    open: (name: string, flags = kReadWrite): FileStream => files.openStream(name, folder, flags, 0o666),
    inherit: (...descriptors: InheritedDescriptor[]) => {
      for (const name of ['stdin', 'stdout', 'stderr'])
        system.createStream({ path: `/dev/${name}`, flags: 0, position: 0, stream_ops: {} });
      inheritDescriptors(system, kernelFiles, files, locks, descriptors);
    },
  };
}

/** Reads or writes as Emscripten does: at the stream's position, which is moved. */
function write(stream: FileStream | null | undefined, text: string): void {
  assert.ok(stream?.stream_ops.write);
  const heap = Int8Array.from(Buffer.from(text));
  stream.position += stream.stream_ops.write(stream, heap, 0, heap.length, stream.position);
}
function read(stream: FileStream | null | undefined, count: number): string {
  assert.ok(stream?.stream_ops.read);
  const heap = new Int8Array(count);
  const got = stream.stream_ops.read(stream, heap, 0, count, stream.position);
  stream.position += got;
  return Buffer.from(heap.subarray(0, got)).toString();
}

function create(name: string, content: string): string {
  fs.writeFileSync(`${folder}/${name}`, content);
  return `${folder}/${name}`;
}

const content = (name: string): string => fs.readFileSync(`${folder}/${name}`, 'utf8');
const openHandles = (): number => openHandlesIn(folder);

/** Gives a stream of one process to another, as spawn and the new process do. */
function give(
  from: ReturnType<typeof makeProcess>,
  stream: FileStream,
  fd: number,
): InheritedDescriptor & { kind: 'file' } {
  const duplicate = from.files.duplicate(stream);
  assert.ok(duplicate);
  const { handle, shared } = duplicate;
  return { kind: 'file', fd, flags: stream.flags, path: stream.path, handle, shared };
}

test('who shares a file shares its position, in both directions', () => {
  const buffer = newPositions();
  const parent = makeProcess(new NodePositions(buffer));
  const child = makeProcess(new NodePositions(buffer));
  create('both', '0123456789');
  const own = parent.open('both');
  assert.equal(read(own, 2), '01');
  child.inherit(give(parent, own, 4));
  const theirs = child.system.streams[4];
  assert.equal(read(theirs, 3), '234');
  assert.equal(read(own, 2), '56');
  own.position = 1;
  write(theirs, 'X');
  assert.equal(own.position, 2);
  assert.equal(content('both'), '0X23456789');
});

test('duplicates share it too, made before and afterwards', () => {
  const buffer = newPositions();
  const parent = makeProcess(new NodePositions(buffer));
  const child = makeProcess(new NodePositions(buffer));
  create('dups', 'abcdef');
  const own = parent.open('dups');
  const before = parent.system.dup(own);
  read(own, 1);
  child.inherit(give(parent, before, 3));
  const behind = parent.system.dup(own);
  assert.equal(read(child.system.streams[3], 1), 'b');
  assert.deepEqual([own.position, before.position, behind.position], [2, 2, 2]);
});

test('a file that is given twice has one position', () => {
  const buffer = newPositions();
  const parent = makeProcess(new NodePositions(buffer));
  const child = makeProcess(new NodePositions(buffer));
  create('twice', '');
  const own = parent.open('twice');
  child.inherit(give(parent, own, 1), give(parent, own, 2));
  write(child.system.streams[1], 'out ');
  write(child.system.streams[2], 'err ');
  write(own, 'end');
  assert.equal(content('twice'), 'out err end');
});

test('a grandchild shares what its parent was given', () => {
  const buffer = newPositions();
  const [first, second, third] = [1, 2, 3].map(() => makeProcess(new NodePositions(buffer)));
  assert.ok(first && second && third);
  create('line', 'abc');
  const own = first.open('line');
  second.inherit(give(first, own, 5));
  const middle = second.system.streams[5];
  assert.ok(middle);
  third.inherit(give(second, middle, 6));
  assert.equal(read(third.system.streams[6], 1) + read(own, 1) + read(middle, 1), 'abc');
});

test('files of their own have positions of their own', () => {
  const positions = new NodePositions(newPositions());
  const parent = makeProcess(positions);
  create('own', 'abc');
  const [one, other] = [parent.open('own'), parent.open('own')];
  give(parent, one, 3);
  read(one, 2);
  assert.equal(other.position, 0);
  give(parent, other, 4);
  assert.deepEqual([one.position, other.position], [2, 0]);
});

test('without places, files are still given', () => {
  const parent = makeProcess(null);
  const child = makeProcess(null);
  create('alone', 'abc');
  child.inherit(give(parent, parent.open('alone'), 3));
  assert.equal(read(child.system.streams[3], 3), 'abc');
});

test('when there are no more places, positions are no longer shared', () => {
  const positions = new NodePositions(newPositions());
  for (let count = 0; count < 65536; ++count) positions.add();
  const parent = makeProcess(positions);
  create('late', 'abc');
  const own = parent.open('late');
  assert.deepEqual([parent.files.duplicate(own)?.shared, parent.files.duplicate(own)?.shared], [-1, -1]);
  const child = makeProcess(positions);
  child.inherit(give(parent, own, 3));
  read(own, 2);
  assert.equal(child.system.streams[3]?.position, 0);
});

test('a file is given although its name is gone', () => {
  const parent = makeProcess(new NodePositions(newPositions()));
  const name = create('gone', 'still here');
  const own = parent.open('gone');
  fs.unlinkSync(name);
  const child = makeProcess(new NodePositions(newPositions()));
  child.inherit(give(parent, own, 0));
  assert.equal(read(child.system.streams[0], 20), 'still here');
});

test('what is appended to stays so', () => {
  const buffer = newPositions();
  const parent = makeProcess(new NodePositions(buffer));
  const child = makeProcess(new NodePositions(buffer));
  create('append', 'abc');
  child.inherit(give(parent, parent.open('append', kReadWrite | kAppend), 1));
  fs.appendFileSync(`${folder}/append`, 'def');
  write(child.system.streams[1], 'X');
  assert.equal(content('append'), 'abcdefX');
});

test('a file brings its lock along, for all descriptors that share it', () => {
  const parent = makeProcess(new NodePositions(newPositions()));
  const { inherit, locks, system } = makeProcess(new NodePositions(newPositions()));
  create('locked', '');
  const own = parent.open('locked');
  inherit(
    { ...give(parent, own, 3), lock: 8 },
    { ...give(parent, own, 4), lock: 8 },
    give(parent, parent.open('locked'), 5),
  );
  const numbers = [3, 4, 5].map((fd) => system.streams[fd]).map((stream) => stream && locks.handleOf(stream));
  assert.deepEqual(numbers, [8, 8, null]);
});

test('only files of the host can be given', () => {
  const { files, system } = makeProcess(null);
  assert.equal(files.duplicate(system.open('/dev/null', 0)), null);
});

test('every handle is closed once', () => {
  const before = openHandles();
  const parent = makeProcess(null);
  create('closed', '');
  const own = parent.open('closed');
  const duplicate = parent.files.duplicate(own);
  assert.ok(duplicate);
  const child = makeProcess(null);
  child.inherit({ kind: 'file', fd: 3, flags: 2, path: own.path, handle: duplicate.handle, shared: -1 });
  assert.equal(openHandles(), before + 3);
  duplicate.close();
  const theirs = child.system.streams[3];
  assert.ok(theirs);
  const copy = child.system.dup(theirs);
  child.files.closeStream(theirs);
  assert.equal(openHandles(), before + 2);
  child.files.closeStream(copy);
  parent.files.closeStream(own);
  assert.equal(openHandles(), before);
});

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, first] of items.entries())
    for (const rest of permutations(items.filter((_, at) => at !== index))) yield [first, ...rest];
}

test('every descriptor has its number, in whatever order they come', () => {
  create('any', '');
  const kinds = ['standard', 'kernel', 'file', 'path', 'path '] as const;
  for (const order of permutations(kinds)) {
    for (const numbers of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 7, 1, 5],
    ]) {
      const { inherit, system, kernelFiles } = makeProcess(null);
      const handle = fs.openSync(`${folder}/any`, 'r+');
      const descriptors = order.map((kind, index): InheritedDescriptor => {
        const fd = numbers[index] ?? -1;
        switch (kind) {
          case 'standard':
            return { kind, fd, flags: 0, stream: 1 };
          case 'kernel':
            return { kind, fd, flags: 0, handle: 33, type: 0o010000 };
          case 'file':
            return { kind, fd, flags: 2, path: `${folder}/any`, handle, shared: -1 };
          default:
            return {
              kind: 'path',
              fd,
              flags: 0,
              path: kind === 'path' ? '/dev/null' : '/dev/zero',
              position: 0,
            };
        }
      });
      inherit(...descriptors);
      fs.closeSync(handle);
      const expected = { standard: '/dev/stdout', kernel: 'pipe:[33]', file: `${folder}/any` };
      const names = { ...expected, path: '/dev/null', 'path ': '/dev/zero' };
      const what = JSON.stringify(descriptors);
      for (const [index, kind] of order.entries()) {
        const fd = numbers[index] ?? -1;
        assert.equal(system.streams[fd]?.path, names[kind], what);
        assert.equal(system.streams[fd].fd, fd, what);
        assert.equal(kernelFiles.handleOf(fd), kind === 'kernel' ? 33 : -1, what);
      }
      assert.deepEqual(system.openNumbers(), [...numbers].sort(), what);
      for (const fd of system.openNumbers()) if (system.streams[fd]?.host) system.close(system.streams[fd]);
    }
  }
});

test('one of the kernel that is given twice is closed once', () => {
  const { inherit, system, connection } = makeProcess(null);
  const one = { kind: 'kernel', flags: 1, handle: 4, type: 0o010000 } as const;
  inherit({ ...one, fd: 1 }, { ...one, fd: 2 });
  const [first, second] = [system.streams[1], system.streams[2]];
  assert.ok(first && second);
  system.close(first);
  assert.equal(connection.told.length, 0);
  system.close(second);
  assert.equal(connection.told.length, 1);
});

test('flags that one of two sets the other has as well', () => {
  const { inherit, system } = makeProcess(null);
  const one = { kind: 'kernel', flags: 1, handle: 4, type: 0o010000 } as const;
  inherit({ ...one, fd: 1 }, { ...one, fd: 2 });
  const [first, second] = [system.streams[1], system.streams[2]];
  assert.ok(first && second);
  first.flags = 0o4001;
  assert.equal(second.flags, 0o4001);
  const parent = makeProcess(new NodePositions(newPositions()));
  create('flags', '');
  const own = parent.open('flags');
  const child = makeProcess(new NodePositions(newPositions()));
  child.inherit(give(parent, own, 5), give(parent, own, 6));
  const [file, same] = [child.system.streams[5], child.system.streams[6]];
  assert.ok(file && same);
  file.flags = kReadWrite | kAppend;
  assert.equal(same.flags, kReadWrite | kAppend);
});

test('what is opened again by its name stands where it did, and what is gone is not there', () => {
  const { inherit, system } = makeProcess(null);
  inherit(
    { kind: 'path', fd: 3, flags: 0, path: create('named', 'abcdef'), position: 4 },
    { kind: 'path', fd: 4, flags: 0, path: `${folder}/nowhere`, position: 0 },
  );
  assert.equal(read(system.streams[3], 5), 'ef');
  assert.deepEqual(system.openNumbers(), [3]);
});

test('standard streams that were closed or exchanged are so', () => {
  const { inherit, system } = makeProcess(null);
  inherit({ kind: 'standard', fd: 1, flags: 0, stream: 2 }, { kind: 'standard', fd: 2, flags: 0, stream: 1 });
  assert.deepEqual(system.openNumbers(), [1, 2]);
  assert.deepEqual([system.streams[1]?.path, system.streams[2]?.path], ['/dev/stderr', '/dev/stdout']);
});
