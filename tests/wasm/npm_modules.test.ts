// SPDX-License-Identifier: Apache-2.0
// Modules that others made, with many toolchains: Go, Rust, C and C++, for the web, for WASI, for dynamic linking. Each is
// read, validated and written again: the same bytes, or the same sections where their maker pads numbers. What was written
// is judged by the engine and by wabt, neither of which knows of src/wasm. So are the interpreters and a compiled program.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { compareOnDamaged } from './damage.ts';
import { judge, type Verdict } from './verdict.ts';

const kPackages = join(import.meta.dirname, 'node_modules');
/** Bytes of a module that is damaged often. */
const kSmall = 100_000;
const kRounds = 400;
const kBatch = 100;
const kHeader = 8;
/** Makers that write the sizes of sections in five bytes, whatever they are. */
const kPadding = ['esbuild.wasm'];
/** wabt takes compilation hints for branch hints, which are written otherwise. */
const kUnknownToWabt = 'code_metadata';

interface WabtModule {
  validate(): void;
  destroy(): void;
}

interface Wabt {
  readonly FEATURES: Readonly<Record<string, boolean>>;
  readWasm(bytes: Uint8Array, options: Readonly<Record<string, boolean>>): WabtModule;
}

async function loadWabt(): Promise<(bytes: Uint8Array) => void> {
  const wabt = await (createRequire(import.meta.url)('wabt') as () => Promise<Wabt>)();
  const features = Object.fromEntries(
    Object.keys(wabt.FEATURES).map((name) => [name, name !== kUnknownToWabt]),
  );
  return (bytes) => {
    const module = wabt.readWasm(bytes, { ...features, readDebugNames: false });
    module.validate();
    module.destroy();
  };
}

/** Each section's number and content, without how its size is written. */
function sectionsOf(module: Buffer): readonly (readonly [number, Buffer])[] {
  const sections: [number, Buffer][] = [];
  for (let at = kHeader; at < module.length;) {
    const id = module.readUInt8(at++);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module.readUInt8(at++);
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    sections.push([id, module.subarray(at, at + size)]);
    at += size;
  }
  return sections;
}

function modules(): string[] {
  const found = globSync('**/*.wasm', { cwd: kPackages });
  const ours = (process.env['TAIPAN_WASM_MODULES'] ?? '').split(':').filter((path) => path !== '');
  return [...found.sort().map((path) => join(kPackages, path)), ...ours];
}

const paths = modules();
const checkWithWabt = await loadWabt();

test('there are modules of many makers', () => {
  assert.ok(paths.length >= 15, paths.join('\n'));
});

for (const path of paths) {
  test(path.replace(`${kPackages}/`, ''), { timeout: 120_000 }, () => {
    const module = readFileSync(path);
    const [verdict] = judge([module]) as [Verdict];
    assert.equal(verdict.letter, 'v', verdict.bytes.toString());
    const written = verdict.bytes;
    if (kPadding.includes(basename(path))) {
      assert.ok(written.length < module.length);
      assert.deepEqual(sectionsOf(written), sectionsOf(module));
    } else {
      assert.ok(module.equals(written), 'it is written otherwise than it was read');
    }
    const copy = Uint8Array.from(written); // wabt reads a view's whole buffer
    assert.ok(WebAssembly.validate(copy));
    checkWithWabt(copy);
  });
}

test('of small ones that were damaged the validator thinks as the engine does', () => {
  const small = paths.map((path) => readFileSync(path)).filter(({ length }) => length < kSmall);
  assert.ok(small.length > 0);
  compareOnDamaged(small, kRounds * Number(process.env['TAIPAN_FUZZ_ROUNDS'] ?? 1), kBatch);
});
