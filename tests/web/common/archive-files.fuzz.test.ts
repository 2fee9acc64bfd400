// SPDX-License-Identifier: Apache-2.0
// Damaged archives: refused with a word that says so, or a tree that can be walked and read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveFiles } from '../../../web/common/archive-files.ts';
import { HostError } from '../../../web/common/errno.ts';
import { fileType, S_IFDIR } from '../../../web/common/host-files.ts';
import { fuzz, fuzzText, type Corpus } from '../mutations.ts';
import { makeArchive } from './make-archive.ts';

const kAt = '/lib/python';
const archive = makeArchive([
  { name: 'json/deep/er.py', text: '' },
  { name: 'os.py', text: 'import sys' },
  { name: 'json/__init__.py', text: 'x = 1\n' },
]);

const kArchives: Corpus = {
  seeds: [new Uint8Array(archive), new Uint8Array(makeArchive([{ name: 'a/b', text: 'text' }], 'a comment'))],
  words: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    '/',
    '..',
    './',
    '\0',
    '\0\0\0\0',
    '\xff\xff',
    '\xff\xff\xff\xff',
  ],
};

/** Every member once; reads it whole. */
function walk(files: ArchiveFiles, path: string, limit: number, seen: Set<bigint>): number {
  const stat = files.stat(path);
  assert.ok(!seen.has(stat.ino), `the number of ${path} is somebody else's`);
  seen.add(stat.ino);
  if (fileType(stat.mode) !== S_IFDIR) {
    assert.ok(stat.size <= limit);
    const into = new Uint8Array(stat.size + 1);
    const handle = files.open(path, 0);
    assert.equal(files.read(handle, into, 0), stat.size);
    files.close(handle);
    return stat.size;
  }
  let total = 0;
  for (const { name, ino } of files.readdir(path)) {
    assert.ok(name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name), JSON.stringify(name));
    assert.equal(files.lstat(`${path}/${name}`).ino, ino);
    total += walk(files, `${path}/${name}`, limit, seen);
  }
  return total;
}

test('a damaged archive is refused or can be walked', () => {
  fuzz(kArchives, 4000, (bytes) => {
    let files: ArchiveFiles;
    try {
      files = new ArchiveFiles(bytes.buffer, kAt);
    } catch (error) {
      assert.match(String(error), /^Error: (?:the archive is damaged|the archive has a|this is not a zip)/);
      return;
    }
    walk(files, kAt, bytes.length, new Set());
  });
});

test('any path below it is a member or an error with a name', () => {
  const files = new ArchiveFiles(archive, kAt);
  const paths: Corpus = {
    seeds: ['/os.py', '/json/deep/er.py', '/json/../os.py', '/json/./deep/..'],
    words: ['/', '..', '/../', '.', 'json', 'os.py', '__proto__', 'constructor', '\0'],
  };
  fuzzText(paths, 4000, (path) => {
    try {
      const stat = files.stat(kAt + path);
      const isDirectory = fileType(stat.mode) === S_IFDIR;
      assert.equal(files.access(kAt + path, 4), undefined);
      if (isDirectory) files.readdir(kAt + path);
      else assert.ok(['os.py', '__init__.py', 'er.py'].some((name) => path.includes(name)));
      assert.ok(
        !files
          .realpath(kAt + path)
          .split('/')
          .includes('..'),
      );
    } catch (error) {
      assert.ok(error instanceof HostError, String(error));
    }
  });
});
