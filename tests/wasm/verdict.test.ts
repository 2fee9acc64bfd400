// SPDX-License-Identifier: Apache-2.0
// The validator against an engine: on whole modules, and on damaged ones, where every difference is a bug of ours.
//   TAIPAN_WASM_VERDICT     the program made of verdict_main.cpp
//   TAIPAN_WASM_MODULES     large modules, separated by colons

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../web/mutations.ts';

const kRounds = 6000;
const kBatch = 1000;
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

interface Verdict {
  readonly letter: string;
  /** The module as it was written again, or the reason against it. */
  readonly bytes: Buffer;
}

function judge(modules: readonly Buffer[]): Verdict[] {
  const program = process.env['TAIPAN_WASM_VERDICT'] ?? '';
  const input = modules.flatMap((module) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(module.length);
    return [length, module];
  });
  const { status, stdout, stderr } = spawnSync(program, {
    input: Buffer.concat(input),
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, stderr.toString());
  const verdicts: Verdict[] = [];
  for (let at = 0; at < stdout.length;) {
    const start = at + 5;
    const end = start + stdout.readUInt32LE(at + 1);
    verdicts.push({ letter: stdout.toString('latin1', at, at + 1), bytes: stdout.subarray(start, end) });
    at = end;
  }
  assert.equal(verdicts.length, modules.length);
  return verdicts;
}

function corpus(): Buffer[] {
  const folder = join(import.meta.dirname, 'corpus');
  const names = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  return names.sort().map((name) => readFileSync(join(folder, name)));
}

/** What engines say; the copy is for the types, which want no shared memory. */
function isValid(module: Buffer): boolean {
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
  const seeds = corpus();
  const rounds = kRounds * Number(process.env['TAIPAN_FUZZ_ROUNDS'] ?? 1);
  const kinds = { valid: 0, invalid: 0, loops: 0 };
  for (let first = 0; first < rounds; first += kBatch) {
    const modules = Array.from({ length: kBatch }, (_, at) => damaged(seeds, first + at));
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
});
