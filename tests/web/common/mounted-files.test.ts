// SPDX-License-Identifier: Apache-2.0
// Files under other names, and several of them as one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { HostFiles } from '../../../web/common/host-files.ts';
import { OpenFlag } from '../../../web/common/host-files.ts';
import { mountedFiles } from '../../../web/common/mounted-files.ts';
import { movedFiles } from '../../../web/common/moved-files.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mounted-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

let outside: string;
let moved: HostFiles;
let count = 0;

beforeEach(() => {
  outside = `${folder}/${++count}`;
  fs.mkdirSync(outside);
  moved = movedFiles(nodeFiles, outside, '/tmp');
});

const text = (files: HostFiles, name: string): string => {
  const handle = files.open(name, 0, 0);
  const into = new Uint8Array(100);
  const length = files.read(handle, into, 0);
  files.close(handle);
  return Buffer.from(into.subarray(0, length)).toString();
};
const put = (files: HostFiles, name: string, value: string): void => {
  const handle = files.open(name, OpenFlag.writeOnly | OpenFlag.create | OpenFlag.truncate, 0o600);
  files.write(handle, Buffer.from(value), 0);
  files.close(handle);
};
const code = (name: string) => (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === name;

test('a moved folder has everything under its new name', () => {
  put(moved, '/tmp/a', 'one');
  assert.equal(fs.readFileSync(`${outside}/a`, 'utf8'), 'one');
  moved.mkdir('/tmp/sub', 0o700);
  moved.rename('/tmp/a', '/tmp/sub/b');
  moved.link('/tmp/sub/b', '/tmp/c');
  moved.truncate('/tmp/c', 2);
  moved.chmod('/tmp/c', 0o640);
  moved.utimes('/tmp/c', 5_000_000_000n, 6_000_000_000n, true);
  moved.access('/tmp/c', 0);
  assert.equal(text(moved, '/tmp/sub/b'), 'on');
  assert.equal(moved.stat('/tmp/sub/b').mtimeNs, 6_000_000_000n);
  assert.equal(moved.lstat('/tmp/c').mode & 0o777, 0o640);
  assert.deepEqual(
    moved
      .readdir('/tmp')
      .map(({ name }) => name)
      .sort(),
    ['c', 'sub'],
  );
  assert.equal(moved.realpath('/tmp/sub'), '/tmp/sub');
  assert.equal(moved.realpath('/tmp'), '/tmp');
  moved.unlink('/tmp/sub/b');
  moved.unlink('/tmp/c');
  moved.rmdir('/tmp/sub');
  assert.deepEqual(fs.readdirSync(outside), []);
});

test('a moved file is found by any of its names', () => {
  put(moved, '/tmp/a', 'x');
  moved.mkdir('/tmp/b', 0o700);
  for (const name of ['//tmp/a', '/./tmp/a', '/home/../tmp/a', '/tmp//a', '/tmp/b/../a', '/tmp/../tmp/a'])
    assert.equal(text(moved, name), 'x', name);
  assert.deepEqual(moved.readdir('/tmp/').length, 2);
});

test('nothing beside a moved folder is reached', () => {
  fs.writeFileSync(`${folder}/secret`, 'x');
  assert.throws(() => moved.stat('/tmp/../secret'));
  assert.throws(() => moved.stat('/tmp/x/../../secret'));
});

test('links between moved files have names of there', () => {
  put(moved, '/tmp/target', 'x');
  moved.symlink('/tmp/target', '/tmp/link');
  moved.symlink('target', '/tmp/near');
  moved.symlink('/elsewhere', '/tmp/far');
  for (const name of ['link', 'near']) assert.equal(text(moved, `/tmp/${name}`), 'x');
  const targets = ['link', 'near', 'far'].map((name) => moved.readlink(`/tmp/${name}`));
  assert.deepEqual(targets, ['/tmp/target', 'target', '/elsewhere']);
  assert.equal(moved.realpath('/tmp/link'), '/tmp/target');
});

test('a moved file can be duplicated where files can be', () => {
  put(moved, '/tmp/a', 'abc');
  const handle = moved.open('/tmp/a', 0, 0);
  const copy = moved.duplicate?.(handle, 0);
  assert.ok(copy !== undefined);
  moved.close(handle);
  const into = new Uint8Array(9);
  assert.equal(moved.read(copy, into, 1), 2);
  moved.close(copy);
  const { duplicate, ...without } = nodeFiles;
  assert.ok(duplicate);
  assert.equal(movedFiles(without, outside, '/tmp').duplicate, undefined);
});

function mounted() {
  const home = `${outside}/home`;
  const deep = `${outside}/deep`;
  fs.mkdirSync(home);
  fs.mkdirSync(deep);
  return mountedFiles([
    { at: '/home', files: movedFiles(nodeFiles, home, '/home'), except: ['/home/none'] },
    { at: '/home/a/deep', files: movedFiles(nodeFiles, deep, '/home/a/deep') },
    { at: '/tmp', files: moved },
  ]);
}

test('the deepest mount that holds a path answers', () => {
  const files = mounted();
  put(files, '/home/x', 'home');
  put(files, '/home/a/deep/x', 'deep');
  put(files, '/home/a/deep/../deep/y', 'deep');
  assert.deepEqual(fs.readdirSync(`${outside}/home`), ['x']);
  assert.deepEqual(fs.readdirSync(`${outside}/deep`).sort(), ['x', 'y']);
  assert.equal(text(files, '/tmp/home/x'), 'home');
});

test('what is mounted nowhere is not there', () => {
  const files = mounted();
  for (const name of ['/', '/etc', '/homes', '/home/none', '/home/none/x', '/home/../etc'])
    assert.throws(() => files.stat(name), code('ENOENT'), name);
});

test('nothing is moved from one mount to another', () => {
  const files = mounted();
  put(files, '/home/x', '');
  assert.throws(() => {
    files.rename('/home/x', '/tmp/x');
  }, code('EXDEV'));
  assert.throws(() => {
    files.link('/home/x', '/home/a/deep/x');
  }, code('EXDEV'));
  files.rename('/home/x', '/home/y');
});

test('handles are of all mounts, and none is another', () => {
  const files = mounted();
  const [one, other] = [
    files.open('/home/x', OpenFlag.readWrite | OpenFlag.create, 0o600),
    files.open('/tmp/x', OpenFlag.readWrite | OpenFlag.create, 0o600),
  ];
  assert.notEqual(one, other);
  files.write(one, Buffer.from('one'), 0);
  files.write(other, Buffer.from('other'), 0);
  files.ftruncate(other, 4);
  assert.deepEqual([files.fstat(one).size, files.fstat(other).size], [3, 4]);
  files.close(one);
  assert.throws(() => files.fstat(one), code('EBADF'));
  assert.throws(() => {
    files.close(one);
  }, code('EBADF'));
  assert.equal(files.read(other, new Uint8Array(9), 0), 4);
  files.close(other);
});
