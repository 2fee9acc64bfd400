// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { installDevices } from '../../../web/common/devices.ts';
import type { FileNode, FileStream, FileSystem, StreamOps } from '../../../web/common/emscripten.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import { fileType, S_IFLNK } from '../../../web/common/host-files.ts';

class ErrnoError extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(String(errno));
    this.errno = errno;
  }
}

function makeNode(id: number, mode: number): FileNode {
  return { id, mode, name: '', rdev: 0, node_ops: {}, stream_ops: {} };
}

const devices = new Map<number, Partial<StreamOps>>();
const paths = new Map<string, number | string>();
const stream = { path: '/some/file' } as FileStream;
let folder: FileNode;

beforeEach(() => {
  devices.clear();
  paths.clear();
  folder = makeNode(9, 0o40777);
  folder.node_ops.lookup = () => makeNode(0, 0); // Emscripten's answers readlink only
  const partial: Partial<FileSystem> = {
    ErrnoError,
    streams: [stream, null, undefined, stream],
    makedev: (major, minor) => major * 256 + minor,
    mkdirTree: () => undefined,
    registerDevice: (device, ops) => devices.set(device, ops),
    mkdev: (path, _mode, device) => {
      paths.set(path, device);
      return makeNode(1, 0);
    },
    symlink: (target, path) => paths.set(path, target),
    lookupPath: () => ({ node: folder }),
  };
  installDevices(partial as FileSystem);
});

const kNull = 256 + 3;

test('/dev/null is empty, swallows everything and can be sought in', () => {
  const ops = devices.get(kNull);
  const heap = new Int8Array(8).fill(1);
  assert.equal(ops?.read?.(stream, heap, 0, 8, 0), 0);
  assert.equal(ops?.write?.(stream, heap, 0, 8, 0), 8);
  assert.equal(ops?.llseek?.(stream, 5, 0), 0);
});

test('/dev/zero gives zeros where it was asked to', () => {
  const ops = devices.get(Number(paths.get('/dev/zero')));
  const heap = new Int8Array(4).fill(1);
  assert.equal(ops?.read?.(stream, heap, 1, 2, 0), 2);
  assert.deepEqual([...heap], [1, 0, 0, 1]);
});

test('/dev/full has no room', () => {
  const ops = devices.get(Number(paths.get('/dev/full')));
  assert.throws(() => ops?.write?.(stream, new Int8Array(1), 0, 1, 0), {
    errno: errnoNumber('ENOSPC'),
  });
});

test('the folder of descriptors lists those that are open, as links', () => {
  const { readdir, lookup } = folder.node_ops;
  assert.deepEqual(readdir?.(folder), ['.', '..', '0', '3']);
  const link = lookup?.(folder, '3');
  assert.ok(link);
  assert.equal(fileType(link.mode), S_IFLNK);
  assert.equal(link.node_ops.getattr?.(link)['mode'], link.mode);
  for (const name of ['1', '2', '7', 'name']) {
    assert.throws(() => lookup?.(folder, name), {
      errno: errnoNumber('ENOENT'),
    });
  }
  assert.equal(paths.get('/dev/fd'), '/proc/self/fd');
});
