// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stackKilobytesOf } from '../../../web/node/node-flags.ts';

test("the size of a stack is the flag's, else V8's own", () => {
  assert.equal(stackKilobytesOf([]), 984);
  assert.equal(stackKilobytesOf(['--stack-size=8000', '--no-warnings']), 984);
  assert.equal(stackKilobytesOf(['--wasm-stack-switching-stack-size=7800']), 7800);
});

test('V8 takes underscores too, and the last of several flags', () => {
  const flags = ['--wasm-stack-switching-stack-size=2000', '--wasm_stack_switching_stack_size=3000'];
  assert.equal(stackKilobytesOf(flags), 3000);
});
