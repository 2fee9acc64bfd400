// SPDX-License-Identifier: Apache-2.0
// Foreign functions and callbacks: C calls Python that waits, so nothing on the way may be JavaScript.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run } from './taipan.ts';

for (const target of ['native', 'node', 'browser'] as const) {
  test(`ctypes calls and is called on ${target}`, async () => {
    const { code, stdout, stderr } = await run(target, ['tests/e2e/programs/ctypes_calls.py']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^test_suspended_qsort ok$/m);
    assert.match(stdout, /^printf 42 0\.5$/m);
    assert.match(stdout, /^all is well\n$/m);
  });
}
