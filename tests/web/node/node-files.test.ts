// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { FileTime } from '../../../web/common/host-files.ts';
import { OpenFlag } from '../../../web/common/host-files.ts';
import { nodeFiles, processUmask } from '../../../web/node/node-files.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-files-'));
const file = path.join(folder, 'file');
fs.writeFileSync(file, '');

after(() => {
  fs.rmSync(folder, { recursive: true });
});

const kToday = 1_795_361_189_000_000_000n;

/** The float Python makes of a time. */
function floatOf(time: bigint): number {
  const fraction = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return Number((time - fraction) / 1_000_000_000n) + 1e-9 * Number(fraction);
}

function setTimes(atime: FileTime, mtime: FileTime): [bigint, bigint] {
  nodeFiles.utimes(file, atime, mtime, true);
  const stat = nodeFiles.stat(file);
  return [stat.atimeNs, stat.mtimeNs];
}

test('small times keep every nanosecond, before 1970 as well', () => {
  for (const time of [
    0n,
    1n,
    -1n,
    999_999_999n,
    -999_999_999n,
    1_002_003_000n,
    4_005_006_000n,
    -5_500_000_001n,
    2_000_000_123_456_789n,
    -2_000_000_123_456_789n,
  ]) {
    assert.deepEqual(setTimes(time, time), [time, time]);
  }
});

test('a copied time is the same float, so that copies are equal', () => {
  let step = 1n;
  for (let round = 0; round < 500; round++) {
    step = (step * 48_271n) % 2_147_483_647n;
    const time = kToday + (step % 1_000_000_000n);
    const [, mtime] = setTimes(time, time);
    assert.equal(floatOf(mtime), floatOf(time));
    const error = mtime - time;
    assert.ok(error < 240n && error > -240n, `${time} became ${mtime}`);
  }
});

test("now is the file system's own, and what is omitted stays", () => {
  const [atime] = setTimes(7n, 8n);
  assert.equal(atime, 7n);
  const fresh = path.join(folder, 'fresh');
  fs.writeFileSync(fresh, '');
  const made = fs.statSync(fresh, { bigint: true }).mtimeNs;
  const [kept, now] = setTimes('omit', 'now');
  assert.equal(kept, 7n);
  assert.ok(now >= made, 'a file that is touched later is not older');
  const handle = nodeFiles.open(file, OpenFlag.readWrite, 0);
  nodeFiles.futimes(handle, 9n, 'omit');
  assert.deepEqual([nodeFiles.fstat(handle).atimeNs, nodeFiles.fstat(handle).mtimeNs], [9n, now]);
  nodeFiles.close(handle);
});

test("a link's own times", () => {
  const link = path.join(folder, 'link');
  fs.symlinkSync('file', link);
  const before = nodeFiles.stat(file).mtimeNs;
  nodeFiles.utimes(link, 5n, 6n, false);
  assert.equal(nodeFiles.lstat(link).mtimeNs, 6n);
  assert.equal(nodeFiles.stat(file).mtimeNs, before);
});

test("the process's mask is asked for and stays as it is", () => {
  const before = process.umask(0o027);
  try {
    assert.equal(processUmask(), 0o027);
    nodeFiles.mkdir(path.join(folder, 'wide'), 0o777);
    assert.equal(nodeFiles.stat(path.join(folder, 'wide')).mode & 0o777, 0o777);
    assert.throws(() => {
      nodeFiles.mkdir(path.join(folder, 'wide'), 0o777);
    });
    assert.equal(processUmask(), 0o027);
  } finally {
    process.umask(before);
  }
});
