// SPDX-License-Identifier: Apache-2.0
// The validator against an engine: on whole modules, and on damaged ones, where every difference is a bug of ours.
//   TAIPAN_WASM_VERDICT     the program made of verdict_main.cpp
//   TAIPAN_WASM_MODULES     large modules, separated by colons

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareOnDamaged, isValid } from './damage.ts';
import { judge, type Verdict } from './verdict.ts';

const kRounds = 6000;
const kBatch = 1000;
function corpus(): Buffer[] {
  const folder = join(import.meta.dirname, 'corpus');
  const names = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  return names.sort().map((name) => readFileSync(join(folder, name)));
}

function expectReadsBack(name: string, module: Buffer, { letter, bytes }: Verdict): void {
  assert.equal(letter, 'v', `${name}: ${bytes.toString()}`);
  assert.ok(isValid(module), name);
  assert.ok(module.equals(bytes), `${name} is written otherwise than it was read`);
}

test('modules with something of everything are valid and read back', () => {
  const modules = corpus();
  judge(modules).forEach((verdict, at) => {
    expectReadsBack(`module ${at + 1}`, modules[at] as Buffer, verdict);
  });
});

test('the interpreters are valid and read back', () => {
  for (const path of (process.env['TAIPAN_WASM_MODULES'] ?? '').split(':')) {
    const module = readFileSync(path);
    const [verdict] = judge([module]);
    expectReadsBack(path, module, verdict as Verdict);
  }
});

test('of damaged modules the validator thinks as the engine does', () => {
  compareOnDamaged(corpus(), kRounds * Number(process.env['TAIPAN_FUZZ_ROUNDS'] ?? 1), kBatch);
});
