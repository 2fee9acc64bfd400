// SPDX-License-Identifier: Apache-2.0
// Damaged modules, of which the validator and an engine are to think the same.

import assert from 'node:assert/strict';
import { Random } from '../web/mutations.ts';
import { judge } from './verdict.ts';

/** Bytes that begin something: types, opcodes, prefixes, long numbers. */
const kTelling = [
  0x00, 0x01, 0x02, 0x0b, 0x10, 0x1a, 0x20, 0x40, 0x5e, 0x5f, 0x60, 0x63, 0x64, 0x69, 0x6e, 0x6f, 0x70, 0x7b,
  0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xd0, 0xd2, 0xfb, 0xfc, 0xfd, 0xfe, 0xff,
];
const kHeader = 8;
/**
 * V8 gives what comes out of a loop the types of its operands, where the specification gives it those of the loop's own
 * type. Narrower references then pass that should not.
 */
const kLoopsOfV8 = / a reference to .* is there where a reference to .* is wanted /;

/** What engines say; the copy is for the types, which want no shared memory. */
export function isValid(module: Buffer): boolean {
  return WebAssembly.validate(Uint8Array.from(module));
}

function damaged(seeds: readonly Buffer[], number: number): Buffer {
  const random = new Random(number);
  const module = Buffer.from(random.oneOf(seeds));
  for (let left = 1 + random.below(2); left > 0; left--) {
    const at = kHeader + random.below(module.length - kHeader);
    module[at] = random.below(2) === 0 ? random.oneOf(kTelling) : random.below(256);
  }
  return module;
}

/** In batches of `batch`, which is what is held in memory. */
export function compareOnDamaged(seeds: readonly Buffer[], rounds: number, batch: number): void {
  const kinds = { valid: 0, invalid: 0, loops: 0 };
  for (let first = 0; first < rounds; first += batch) {
    const modules = Array.from({ length: batch }, (_, at) => damaged(seeds, first + at));
    judge(modules).forEach(({ letter, bytes }, at) => {
      const module = modules[at] as Buffer;
      const engine = isValid(module);
      const reason = letter === 'v' ? 'it is valid' : bytes.toString();
      if (engine && kLoopsOfV8.test(reason)) {
        kinds.loops += 1;
        return;
      }
      assert.equal(letter === 'v', engine, `module ${first + at}: ${reason}; the engine: ${engine}`);
      if (engine) assert.ok(isValid(bytes), `module ${first + at} is not valid any more when written again`);
      kinds[engine ? 'valid' : 'invalid'] += 1;
    });
  }
  // Or the damage would say nothing.
  assert.ok(kinds.valid > rounds / 20 && kinds.invalid > rounds / 20, JSON.stringify(kinds));
  assert.ok(kinds.loops < rounds / 1000, JSON.stringify(kinds));
}
