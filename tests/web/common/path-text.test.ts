// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesFromText, joinPath, normalPath, textFromBytes } from '../../../web/common/path-text.ts';

test('names come back as the bytes they were', () => {
  const names = [
    [...Buffer.from('plain')],
    [...Buffer.from('ünïcode€😀')],
    [0x63, 0xe9], // Latin-1
    [0xff, 0xfe, 0x80],
    [0xe2, 0x82], // cut off
    [0xed, 0xb3, 0xa9], // a surrogate, which UTF-8 forbids
    [0xf0, 0x9f, 0x98, 0x80, 0xc0],
  ];
  for (const name of names) {
    assert.deepEqual([...bytesFromText(textFromBytes(Uint8Array.from(name)))], name);
  }
});

test('a byte that is no UTF-8 becomes the surrogate Python has for it', () => {
  assert.equal(textFromBytes(Uint8Array.from([0x63, 0xe9])), 'c\udce9');
});

test('joining leaves .. to the kernel', () => {
  assert.equal(joinPath('/a/link', '../b'), '/a/link/../b');
  assert.equal(joinPath('/', 'b'), '/b');
  assert.equal(joinPath('/a', '/b'), '/b');
});

test('the normal form says which mount a path belongs to', () => {
  assert.equal(normalPath('/dev/../etc/./x//y/'), '/etc/x/y');
  assert.equal(normalPath('/..'), '/');
  assert.equal(normalPath('/.hidden/file'), '/.hidden/file');
  assert.equal(normalPath('/'), '/');
});
