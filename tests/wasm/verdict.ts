// SPDX-License-Identifier: Apache-2.0
// What src/wasm thinks of modules, for the tests: the program made of verdict_main.cpp, which TAIPAN_WASM_VERDICT names.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

export interface Verdict {
  readonly letter: string;
  /** The module as it was written again, or the reason against it. */
  readonly bytes: Buffer;
}

export function judge(modules: readonly Buffer[]): Verdict[] {
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
