// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installDescriptorLimit } from '../../../web/common/descriptor-limit.ts';
import { errnoNumber } from '../../../web/common/errno.ts';
import { fakeFileSystem } from './fake-file-system.ts';

const kTooMany = { errno: errnoNumber('EMFILE') };

function table() {
  const fs = fakeFileSystem(['/a']);
  const limit = installDescriptorLimit(fs);
  const open = () => fs.open('/a', 0).fd;
  return { fs, limit, open };
}

test('as many descriptors as the table has, and not one more', () => {
  const { fs, limit, open } = table();
  const largest = limit(-1);
  for (let fd = 0; fd < largest; ++fd) assert.equal(open(), fd);
  assert.throws(open, kTooMany);
  assert.equal(fs.openNumbers().length, largest);
});

test('a lower limit holds for new ones, and what is open stays', () => {
  const { fs, limit, open } = table();
  for (let fd = 0; fd < 4; ++fd) open();
  const largest = limit(-1);
  assert.equal(limit(2), largest);
  assert.equal(limit(-1), 2);
  assert.throws(open, kTooMany);
  assert.deepEqual(fs.openNumbers(), [0, 1, 2, 3]);
  const [first] = fs.streams;
  assert.ok(first);
  assert.throws(() => fs.dup(first, 2), kTooMany);
  fs.close(first);
  assert.equal(open(), 0);
  limit(largest);
  assert.equal(open(), 4);
});
