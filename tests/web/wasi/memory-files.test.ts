// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { MemoryFile, MemoryFiles, MemoryFolder, type Opening } from '../../../web/wasi/memory-files.ts';
import { Errno } from '../../../web/wasi/preview1.ts';
import { Refusal } from '../../../web/wasi/refusal.ts';

const kPlain: Opening = {
  lastLink: 'follow',
  creates: false,
  isExclusive: false,
  truncates: false,
  wantsFolder: false,
};
const kCreate: Opening = { ...kPlain, creates: true };

let now = 0n;
let files: MemoryFiles;
let root: MemoryFolder;

beforeEach(() => {
  now = 1000n;
  files = new MemoryFiles(() => now);
  root = files.root;
});

function refuses(errno: Errno, action: () => unknown): void {
  assert.throws(action, (error: unknown) => {
    assert(error instanceof Refusal, String(error));
    assert.equal(error.errno, errno);
    return true;
  });
}

function write(path: string, text: string): MemoryFile {
  const file = files.open(root, path, kCreate);
  assert(file instanceof MemoryFile);
  files.write(file, new TextEncoder().encode(text), 0);
  return file;
}

function read(path: string): string {
  const file = files.open(root, path, kPlain);
  assert(file instanceof MemoryFile);
  const bytes = new Uint8Array(100);
  return new TextDecoder().decode(bytes.subarray(0, file.read(bytes, 0)));
}

describe('files', () => {
  test('hold what is written, wherever it is written', () => {
    const file = write('a', 'hello');
    files.write(file, new TextEncoder().encode('J'), 0);
    files.write(file, new TextEncoder().encode('!'), 8);
    assert.equal(read('a'), 'Jello\0\0\0!');
    assert.equal(file.size, 9);
  });

  test('are zero where they have been cut and grow again', () => {
    const file = write('a', 'secret');
    file.resize(2);
    file.resize(6);
    assert.equal(read('a'), 'se\0\0\0\0');
  });

  test('read nothing beyond their end', () => {
    assert.equal(write('a', 'abc').read(new Uint8Array(4), 3), 0);
    assert.equal(write('a', 'abc').read(new Uint8Array(4), 1 << 30), 0);
  });

  test('have a largest size', () => {
    const file = write('a', 'abc');
    refuses(Errno.fbig, () => file.write(new Uint8Array(1), 2 ** 40));
    assert.equal(read('a'), 'abc');
  });

  test('live on while they are open', () => {
    const file = write('a', 'abc');
    files.unlink(root, 'a');
    assert.equal(file.linkCount, 0);
    assert.equal(file.read(new Uint8Array(3), 0), 3);
    refuses(Errno.noent, () => files.find(root, 'a', 'keep'));
  });

  test('know when they were changed', () => {
    const file = write('a', 'abc');
    now = 2000n;
    files.read(file, new Uint8Array(1), 0);
    assert.deepEqual(file.status().times, [2000n, 1000n, 1000n]);
    now = 3000n;
    files.resize(file, 1);
    assert.deepEqual(file.status().times, [2000n, 3000n, 3000n]);
  });
});

describe('opening', () => {
  test('creates only when asked to', () => {
    refuses(Errno.noent, () => files.open(root, 'a', kPlain));
    refuses(Errno.noent, () => files.open(root, 'none/a', kCreate));
    refuses(Errno.isdir, () => files.open(root, 'a/', kCreate));
    assert(files.open(root, 'a', kCreate) instanceof MemoryFile);
  });

  test('is exclusive, for links as well', () => {
    files.symlink('nowhere', root, 'link');
    for (const path of ['link', 'a']) {
      if (path === 'a') write('a', '');
      refuses(Errno.exist, () => files.open(root, path, { ...kCreate, isExclusive: true }));
    }
  });

  test('empties a file and no folder', () => {
    write('a', 'abc');
    files.open(root, 'a', { ...kPlain, truncates: true });
    assert.equal(read('a'), '');
    files.makeFolder(root, 'folder');
    refuses(Errno.isdir, () => files.open(root, 'folder', { ...kPlain, truncates: true }));
  });

  test('can want a folder', () => {
    write('a', '');
    refuses(Errno.notdir, () => files.open(root, 'a', { ...kPlain, wantsFolder: true }));
    refuses(Errno.notdir, () => files.open(root, 'a/', kPlain));
    assert.equal(files.open(root, '.', { ...kPlain, wantsFolder: true }), root);
  });
});

describe('paths', () => {
  beforeEach(() => {
    files.makeFolder(root, 'x');
    files.makeFolder(root, 'x/y');
    write('x/y/file', 'deep');
  });

  test('may have dots and slashes in them', () => {
    for (const path of ['x/y/file', './x//y/./file', 'x/y/../y/file', '../../x/y/file'])
      assert.equal(read(path), 'deep', path);
  });

  test('lead out of no folder but through the root', () => {
    const x = files.find(root, 'x', 'keep') as MemoryFolder;
    assert.equal(files.find(x, 'y/..', 'keep'), x);
    refuses(Errno.notcapable, () => files.find(x, '..', 'keep'));
    refuses(Errno.notcapable, () => files.find(x, 'y/../../x', 'keep'));
    files.symlink('../..', root, 'x/y/out');
    refuses(Errno.notcapable, () => files.find(x, 'y/out', 'follow'));
    files.symlink('/x', root, 'x/absolute');
    refuses(Errno.notcapable, () => files.find(x, 'absolute', 'follow'));
    assert.equal(files.find(root, 'x/absolute', 'follow'), x);
    refuses(Errno.notcapable, () => files.find(root, '/x', 'follow'));
  });

  test('end at what is no folder', () => {
    refuses(Errno.notdir, () => files.find(root, 'x/y/file/z', 'keep'));
    refuses(Errno.notdir, () => files.find(root, 'x/y/file/..', 'keep'));
    refuses(Errno.notdir, () => files.find(root, 'x/y/file/', 'keep'));
    refuses(Errno.noent, () => files.find(root, 'x/none/..', 'keep'));
    refuses(Errno.noent, () => files.find(root, '', 'keep'));
  });

  test('have names of a bounded length', () => {
    write('ä'.repeat(127), '');
    refuses(Errno.nametoolong, () => write('ä'.repeat(128), ''));
  });
});

describe('links', () => {
  test('are followed, or not', () => {
    write('a', 'abc');
    files.symlink('a', root, 'link');
    assert.equal(read('link'), 'abc');
    assert.equal(files.find(root, 'link', 'keep').size, 1);
    refuses(Errno.loop, () => files.open(root, 'link', { ...kPlain, lastLink: 'keep' }));
  });

  test('to nothing become a file', () => {
    files.makeFolder(root, 'x');
    files.symlink('x/new', root, 'link');
    write('link', 'abc');
    assert.equal(read('x/new'), 'abc');
  });

  test('in a circle are refused', () => {
    files.symlink('b', root, 'a');
    files.symlink('a', root, 'b');
    refuses(Errno.loop, () => files.find(root, 'a', 'follow'));
    refuses(Errno.loop, () => files.find(root, 'a/x', 'keep'));
  });

  test('can be further names of one file', () => {
    const file = write('a', 'abc');
    files.link(root, 'a', 'keep', root, 'b');
    assert.equal(file.linkCount, 2);
    files.unlink(root, 'a');
    assert.equal(read('b'), 'abc');
    files.makeFolder(root, 'x');
    refuses(Errno.perm, () => files.link(root, 'x', 'keep', root, 'y'));
    refuses(Errno.exist, () => files.link(root, 'b', 'keep', root, 'x'));
  });
});

describe('folders', () => {
  test('are there once', () => {
    files.makeFolder(root, 'x/');
    refuses(Errno.exist, () => files.makeFolder(root, 'x'));
    refuses(Errno.exist, () => files.makeFolder(root, '.'));
    refuses(Errno.noent, () => files.makeFolder(root, 'none/x'));
  });

  test('count what is in them', () => {
    const x = files.makeFolder(root, 'x');
    files.makeFolder(root, 'x/y');
    write('x/file', '');
    assert.equal(x.linkCount, 3);
  });

  test('go when they are empty', () => {
    const x = files.makeFolder(root, 'x');
    write('x/file', '');
    refuses(Errno.notempty, () => files.removeFolder(root, 'x'));
    refuses(Errno.isdir, () => files.unlink(root, 'x'));
    files.unlink(root, 'x/file');
    refuses(Errno.inval, () => files.removeFolder(root, 'x/.'));
    files.removeFolder(root, 'x');
    refuses(Errno.noent, () => files.open(x, 'late', kCreate));
    refuses(Errno.noent, () => files.removeFolder(root, 'x'));
    refuses(Errno.busy, () => files.removeFolder(root, '.'));
  });
});

describe('renaming', () => {
  test('moves and replaces', () => {
    write('a', 'abc');
    write('b', 'old');
    files.makeFolder(root, 'x');
    files.rename(root, 'a', root, 'b');
    files.rename(root, 'b', root, 'x/c');
    assert.equal(read('x/c'), 'abc');
    assert.deepEqual([...root.entries.keys()], ['x']);
  });

  test('takes folders along, and knows where they are then', () => {
    files.makeFolder(root, 'x');
    files.makeFolder(root, 'y');
    write('x/file', 'abc');
    files.rename(root, 'x', root, 'y/x');
    assert.equal(read('y/x/../x/file'), 'abc');
    assert.equal(files.find(root, 'y/x/..', 'keep'), files.find(root, 'y', 'keep'));
  });

  test('refuses what cannot be', () => {
    files.makeFolder(root, 'x');
    files.makeFolder(root, 'x/y');
    files.makeFolder(root, 'empty');
    write('a', '');
    refuses(Errno.inval, () => files.rename(root, 'x', root, 'x/y/z'));
    refuses(Errno.inval, () => files.rename(root, 'x', root, 'x/y'));
    refuses(Errno.isdir, () => files.rename(root, 'a', root, 'x'));
    refuses(Errno.notdir, () => files.rename(root, 'x', root, 'a'));
    refuses(Errno.notdir, () => files.rename(root, 'a', root, 'b/'));
    refuses(Errno.notempty, () => files.rename(root, 'empty', root, 'x'));
    refuses(Errno.noent, () => files.rename(root, 'none', root, 'x'));
    refuses(Errno.busy, () => files.rename(root, 'x', root, '.'));
    files.rename(root, 'x', root, 'empty');
    assert(files.find(root, 'empty/y', 'keep') instanceof MemoryFolder);
  });

  test('of one name of a file to another changes nothing', () => {
    write('a', 'abc');
    files.link(root, 'a', 'keep', root, 'b');
    files.rename(root, 'a', root, 'b');
    assert.deepEqual([...root.entries.keys()], ['a', 'b']);
  });
});
