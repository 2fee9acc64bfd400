// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { timeZoneFile } from '../../../web/node/node-time-zone.ts';

test('an absolute path is the file, a zone that is not there is none', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zone-'));
  const file = path.join(folder, 'zone');
  fs.writeFileSync(file, 'rule');
  assert.equal(Buffer.from(timeZoneFile(file) ?? []).toString(), 'rule');
  assert.equal(Buffer.from(timeZoneFile(`:${file}`) ?? []).toString(), 'rule');
  fs.rmSync(folder, { recursive: true });
  assert.equal(timeZoneFile(file), null);
  assert.equal(timeZoneFile('No/Such'), null);
});
