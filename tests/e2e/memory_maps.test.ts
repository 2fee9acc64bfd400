// SPDX-License-Identifier: Apache-2.0
// Maps of files: what reaches the file, and that it is the right one.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { run } from './taipan.ts';

const kProgram = join(import.meta.dirname, 'programs', 'memory_maps.py');

for (const target of ['node', 'browser'] as const)
  test(`maps of files are what they are natively on ${target}`, { timeout: 60_000 }, async () => {
    const native = await run('native', [kProgram]);
    assert.equal(native.code, 0, native.stderr);
    const here = await run(target, [kProgram]);
    assert.deepEqual({ code: here.code, stdout: here.stdout }, { code: 0, stdout: native.stdout });
  });
