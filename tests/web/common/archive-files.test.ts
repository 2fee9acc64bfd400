// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveFiles } from '../../../web/common/archive-files.ts';
import { fileType, OpenFlag, S_IFDIR, S_IFREG } from '../../../web/common/host-files.ts';
import { makeArchive } from './make-archive.ts';

const kAt = '/lib/python';
const archive = makeArchive(
  [
    { name: 'os.py', text: 'import sys' },
    { name: 'json/__init__.py', text: 'x = 1\n' },
    { name: 'json/deep/er.py', text: '' },
  ],
  'a comment',
);

test('members are read where they lie', () => {
  const files = new ArchiveFiles(archive, kAt);
  const handle = files.open(`${kAt}/os.py`, 0);
  const into = new Uint8Array(4);
  assert.equal(files.read(handle, into, 7), 3);
  assert.equal(Buffer.from(into.subarray(0, 3)).toString(), 'sys');
  assert.equal(files.read(handle, into, 10), 0);
  files.close(handle);
  assert.throws(() => files.read(handle, into, 0), { code: 'EBADF' });
});

test('directories are there without being listed', () => {
  const files = new ArchiveFiles(archive, kAt);
  assert.equal(fileType(files.stat(kAt).mode), S_IFDIR);
  assert.equal(fileType(files.stat(`${kAt}/json/deep`).mode), S_IFDIR);
  assert.deepEqual(
    files.readdir(`${kAt}/json`).map(({ name, mode }) => [name, fileType(mode)]),
    [
      ['__init__.py', S_IFREG],
      ['deep', S_IFDIR],
    ],
  );
  assert.throws(() => files.readdir(`${kAt}/os.py`), { code: 'ENOTDIR' });
  assert.equal(files.stat(`${kAt}/json/../os.py`).size, 10);
});

test('sizes, times and numbers', () => {
  const files = new ArchiveFiles(archive, kAt);
  const stat = files.stat(`${kAt}/os.py`);
  assert.equal(stat.size, 10);
  assert.equal(stat.mtimeNs, BigInt(Date.UTC(2025, 5, 7, 13, 14, 30)) * 1_000_000n);
  const numbers = ['os.py', 'json', 'json/deep', 'json/__init__.py'].map(
    (p) => files.stat(`${kAt}/${p}`).ino,
  );
  assert.equal(new Set(numbers).size, 4);
});

test('nothing can be changed', () => {
  const files = new ArchiveFiles(archive, kAt);
  assert.throws(() => files.open(`${kAt}/os.py`, OpenFlag.writeOnly), {
    code: 'EROFS',
  });
  assert.throws(() => files.open(`${kAt}/new.py`, OpenFlag.writeOnly | OpenFlag.create), { code: 'EROFS' });
  assert.throws(() => files.open(`${kAt}/new.py`, 0), { code: 'ENOENT' });
  assert.throws(() => files.open(`${kAt}/json`, OpenFlag.writeOnly), {
    code: 'EISDIR',
  });
  assert.throws(() => files.open(`${kAt}/os.py`, OpenFlag.directory), {
    code: 'ENOTDIR',
  });
  assert.throws(() => files.unlink(`${kAt}/os.py`), { code: 'EROFS' });
  assert.throws(() => files.unlink(`${kAt}/os.pyc`), { code: 'ENOENT' });
  assert.throws(() => files.access(`${kAt}/os.py`, 2), { code: 'EROFS' });
});

test('what is no archive of stored members is refused', () => {
  assert.throws(() => new ArchiveFiles(new ArrayBuffer(100), kAt), /not a zip/);
  assert.throws(
    () => new ArchiveFiles(makeArchive([{ name: 'a', text: 'b', method: 8 }]), kAt),
    /compressed member, a/,
  );
});

test('directories that are not listed have numbers of their own', () => {
  const files = new ArchiveFiles(makeArchive([{ name: 'a/b/c.py', text: '' }]), kAt);
  const numbers = ['', '/a', '/a/b', '/a/b/c.py'].map((path) => files.stat(kAt + path).ino);
  assert.equal(new Set(numbers).size, numbers.length);
});

test('damage is called damage', () => {
  const whole = makeArchive([{ name: 'a', text: 'text' }]);
  const lost = whole.slice(0);
  new DataView(lost).setUint32(lost.byteLength - 6, 0xffffff00, true); // where the directory is
  assert.throws(() => new ArchiveFiles(lost, kAt), /^Error: the archive is damaged$/);
  for (const name of ['../a', 'a//b', '/a', 'a/./b', 'a\0']) {
    assert.throws(() => new ArchiveFiles(makeArchive([{ name, text: '' }]), kAt), /damaged/, name);
  }
  const twice = ['a', 'a/b'].map((name) => ({ name, text: '' }));
  assert.throws(() => new ArchiveFiles(makeArchive(twice), kAt), /damaged/);
  assert.throws(() => new ArchiveFiles(makeArchive(twice.reverse()), kAt), /damaged/);
});
