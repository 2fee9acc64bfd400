// SPDX-License-Identifier: Apache-2.0
// The files that stand for Unix sockets are seen as sockets, and no others are.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { fileType, S_IFREG, S_IFSOCK } from '../../../web/common/host-files.ts';
import { seenStat } from '../../../web/common/socket-entries.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';

const kSource = fs.readFileSync(join(import.meta.dirname, '../../../runtime/sockets/sockets.cpp'), 'utf8');
const kEntry = (/kSocketEntry = "(.*)\\n";/.exec(kSource)?.[1] ?? 'none') + '\n';

function seenType(text: string): number {
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'taipan-test-'));
  try {
    const path = join(folder, 'name');
    fs.writeFileSync(path, text, { mode: 0o640 });
    const seen = seenStat(nodeFiles, path, nodeFiles.lstat(path));
    assert.equal(seen.mode & 0o777, fs.lstatSync(path).mode & 0o777);
    return fileType(seen.mode);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('what the runtime writes for a socket is seen as one', () => {
  assert.equal(seenType(kEntry), S_IFSOCK);
});

test('a file that only has the same length is a file', () => {
  assert.equal(seenType('x'.repeat(kEntry.length)), S_IFREG);
  assert.equal(seenType(''), S_IFREG);
});
