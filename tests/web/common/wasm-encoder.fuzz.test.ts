// SPDX-License-Identifier: Apache-2.0
// Function types as ctypes asks for them: each is an error that says why, or a module that every engine takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeignCalls, type ForeignEnvironment } from '../../../web/common/ffi.ts';
import {
  compileSmallModule,
  imported,
  instantiateSmallModule,
  instruction,
} from '../../../web/common/wasm-encoder.ts';
import { fuzz, fuzzText, Random, type Corpus } from '../mutations.ts';

const kTypes: Corpus = { seeds: ['ijfd', '', 'iiiiiiii', 'dj'], words: ['i', 'j', 'f', 'd', 'ij', 'x'] };

function environment(): ForeignEnvironment {
  return {
    table: new WebAssembly.Table({ element: 'anyfunc', initial: 2 }),
    memory: new WebAssembly.Memory({ initial: 1 }),
    stackPointer: new WebAssembly.Global({ value: 'i32', mutable: true }, 65536),
  };
}

test('a thunk calls what a closure answers to, with the same arguments', () => {
  fuzzText(kTypes, 300, (letters) => {
    const env = environment();
    const calls = new ForeignCalls(env);
    const [parameters, result] = [letters.slice(1, 200), letters.slice(0, 1)];
    if (/[^ijfd]/.test(letters)) {
      assert.throws(() => calls.thunk({ parameters, result }), /^Error: no WebAssembly type is spelled/);
      return;
    }
    const index = calls.reserve();
    calls.bind(index, { parameters, result }, 7, 1);
    const thunk = env.table.get(calls.thunk({ parameters, result })) as (...args: number[]) => number;
    // What a closure runs: notes the slots it was given.
    const copied: bigint[] = [];
    const note = compileSmallModule({
      types: [
        { parameters: ['i32', 'i32', 'i32'], results: [] },
        { parameters: [], results: ['i32'] },
      ],
      imports: [imported.memory],
      type: 0,
      body: [instruction.i32Const(0), instruction.localGet(1), instruction.store('i32', 0)],
    });
    env.table.set(1, instantiateSmallModule(note, { memory: env.memory }));
    const view = new DataView(env.memory.buffer);
    Array.from(parameters).forEach((letter, slot) => {
      const at = 1024 + slot * 8;
      if (letter === 'f') view.setFloat32(at, slot + 0.5, true);
      else if (letter === 'd') view.setFloat64(at, slot + 0.5, true);
      else if (letter === 'j') view.setBigInt64(at, BigInt(slot) - 2n ** 40n, true);
      else view.setInt32(at, -slot, true);
      copied.push(view.getBigUint64(at, true));
    });
    assert.equal(thunk(index, 1024, 512), 1);
    const slots = view.getUint32(0, true);
    copied.forEach((value, slot) => {
      const seen = view.getBigUint64(slots + slot * 8, true);
      const isWide = 'jd'.includes(parameters[slot] ?? '');
      assert.equal(isWide ? seen : BigInt.asUintN(32, seen), isWide ? value : BigInt.asUintN(32, value));
    });
    assert.equal(env.stackPointer.value, 65536);
  });
});

test('constants are encoded so that they come back', () => {
  fuzz({ seeds: [] }, 600, (bytes) => {
    const random = new Random(bytes.length + (bytes[0] ?? 0) * 256);
    const value = (random.next() >> random.below(32)) | 0;
    const run = instantiateSmallModule(
      compileSmallModule({
        types: [{ parameters: [], results: ['i32'] }],
        imports: [],
        type: 0,
        body: [instruction.i32Const(value)],
      }),
      {},
    );
    assert.equal(run(), value);
  });
});
