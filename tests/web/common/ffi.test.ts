// SPDX-License-Identifier: Apache-2.0
// The functions made for libffi are run for real: against small WebAssembly functions of every type, with a memory, a
// table and a stack of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeignCalls, type ForeignEnvironment } from '../../../web/common/ffi.ts';
import {
  compileSmallModule,
  type FunctionType,
  imported,
  instantiateSmallModule,
  type Instruction,
  instruction,
  type Scalar,
} from '../../../web/common/wasm-encoder.ts';

const kStack = 4096;
const kSlots = 512;
const kResult = 256;
const kSeen = 1024; // where a closure's dispatcher leaves what it was called with

class Bench {
  readonly env: ForeignEnvironment = {
    table: new WebAssembly.Table({ element: 'anyfunc', initial: 1 }),
    memory: new WebAssembly.Memory({ initial: 1 }),
    stackPointer: new WebAssembly.Global({ value: 'i32', mutable: true }, kStack),
  };
  readonly calls = new ForeignCalls(this.env);

  get view(): DataView {
    return new DataView(this.env.memory.buffer);
  }

  /** Puts a function of type 0 into the table. */
  define(types: FunctionType[], body: Instruction[]): number {
    const module = compileSmallModule({
      types,
      imports: [imported.table, imported.memory],
      type: 0,
      body,
    });
    return this.env.table.grow(1, instantiateSmallModule(module, this.env));
  }

  /** A function that returns its parameter `index`. */
  picker(parameters: Scalar[], index: number): number {
    const type = parameters[index];
    assert(type);
    return this.define([{ parameters, results: [type] }], [instruction.localGet(index)]);
  }

  at<Result>(index: number): (...args: unknown[]) => Result {
    return this.env.table.get(index) as (...args: unknown[]) => Result;
  }

  runThunk(thunk: number, func: number): number {
    return this.at<number>(thunk)(func, kSlots, kResult);
  }
}

const kEverything: Scalar[] = ['i32', 'i64', 'f32', 'f64'];

function fillEverything(view: DataView): void {
  view.setInt32(kSlots, -7, true);
  view.setBigInt64(kSlots + 8, -(2n ** 60n), true);
  view.setFloat32(kSlots + 16, 1.5, true);
  view.setFloat64(kSlots + 24, Math.PI, true);
}

test('a thunk passes every type from its slot and stores every result', () => {
  const bench = new Bench();
  const expected: [string, (view: DataView) => number | bigint][] = [
    ['i', (view) => view.getInt32(kResult, true)],
    ['j', (view) => view.getBigInt64(kResult, true)],
    ['f', (view) => view.getFloat32(kResult, true)],
    ['d', (view) => view.getFloat64(kResult, true)],
  ];
  const values = [-7, -(2n ** 60n), 1.5, Math.PI];
  expected.forEach(([result, read], index) => {
    fillEverything(bench.view);
    const thunk = bench.calls.thunk({ parameters: 'ijfd', result });
    assert.equal(bench.runThunk(thunk, bench.picker(kEverything, index)), 1);
    assert.equal(read(bench.view), values[index]);
  });
});

test('a thunk for no result leaves its place alone', () => {
  const bench = new Bench();
  const nothing = bench.define([{ parameters: [], results: [] }], []);
  bench.view.setInt32(kResult, 99, true);
  const thunk = bench.calls.thunk({ parameters: '', result: '' });
  assert.equal(bench.runThunk(thunk, nothing), 1);
  assert.equal(bench.view.getInt32(kResult, true), 99);
});

test('a thunk refuses functions of another type, and null', () => {
  const bench = new Bench();
  const thunk = bench.calls.thunk({ parameters: 'i', result: '' });
  assert.equal(bench.runThunk(thunk, bench.picker(['i32'], 0)), 0);
  assert.equal(bench.runThunk(thunk, 0), 0);
});

test('one thunk per type', () => {
  const { calls } = new Bench();
  const thunk = calls.thunk({ parameters: 'ij', result: 'd' });
  assert.equal(calls.thunk({ parameters: 'ij', result: 'd' }), thunk);
  assert.notEqual(calls.thunk({ parameters: 'ij', result: '' }), thunk);
  assert.notEqual(calls.thunk({ parameters: 'ji', result: 'd' }), thunk);
});

test('surplus arguments and an unexpected result do no harm', () => {
  const bench = new Bench();
  const given = { parameters: 'ijf', result: 'i' };
  fillEverything(bench.view);
  const takesTwo = bench.picker(['i32', 'i64'], 1);
  assert.equal(bench.runThunk(bench.calls.fit(takesTwo, given), takesTwo), 1);
  assert.equal(bench.view.getBigInt64(kResult, true), -(2n ** 60n));
  const nothing = bench.define([{ parameters: ['i32'], results: [] }], []);
  assert.equal(bench.runThunk(bench.calls.fit(nothing, given), nothing), 1);
});

test('missing arguments are zero', () => {
  const bench = new Bench();
  bench.view.setInt32(kSlots, 5, true);
  bench.view.setInt32(kSlots + 8, 6, true);
  bench.view.setInt32(kResult, 99, true);
  const second = bench.picker(['i32', 'i32'], 1);
  const thunk = bench.calls.fit(second, { parameters: 'i', result: 'i' });
  assert.equal(bench.runThunk(thunk, second), 1);
  assert.equal(bench.view.getInt32(kResult, true), 0);
});

test('nothing fits a function that takes arguments of other types, or null', () => {
  const bench = new Bench();
  const func = bench.picker(['f64'], 0);
  const given = { parameters: 'i', result: 'd' };
  assert.equal(bench.calls.fit(func, given), 0);
  assert.equal(bench.calls.fit(0, given), 0);
  assert.equal(bench.calls.fit(9999, given), 0);
});

/** Notes what it is called with, and where the stack is; returns the closure's argument `slot` as an i64. */
function defineDispatcher(bench: Bench, slot: number): number {
  const [closure, slots, result] = [0, 1, 2];
  const note = (index: number) => [
    instruction.i32Const(kSeen),
    instruction.localGet(index),
    instruction.store('i32', index * 4),
  ];
  return bench.define(
    [{ parameters: ['i32', 'i32', 'i32'], results: [] }],
    [
      ...[closure, slots, result].flatMap(note),
      instruction.localGet(result),
      instruction.localGet(slots),
      instruction.load('i64', slot * 8),
      instruction.store('i64', 0),
    ],
  );
}

test('a bound function hands over its arguments on the stack and gives the stack back', () => {
  const bench = new Bench();
  const letters = ['i', 'j', 'f', 'd'];
  const values = [-7, -(2n ** 60n), 1.5, Math.PI];
  letters.forEach((result, slot) => {
    const index = bench.calls.reserve();
    const run = defineDispatcher(bench, slot);
    bench.calls.bind(index, { parameters: 'ijfd', result }, 1234, run);
    assert.equal(bench.at(index)(...values), values[slot]);
    const [closure, slots, place] = [0, 4, 8].map((offset) => bench.view.getInt32(kSeen + offset, true));
    assert.equal(closure, 1234);
    assert(slots !== undefined && slots >= kStack - 64 && slots <= kStack - 32);
    assert(place !== undefined && place % 16 === 0 && place < slots);
    assert.equal(bench.env.stackPointer.value, kStack);
  });
});

test('a bound function has the type C expects', () => {
  const bench = new Bench();
  const index = bench.calls.reserve();
  const type = { parameters: 'dj', result: 'j' };
  bench.calls.bind(index, type, 1, defineDispatcher(bench, 1));
  bench.view.setBigInt64(kSlots + 8, 77n, true);
  assert.equal(bench.runThunk(bench.calls.thunk(type), index), 1);
  assert.equal(bench.view.getBigInt64(kResult, true), 77n);
});

test('closures of one type are told apart', () => {
  const bench = new Bench();
  const run = defineDispatcher(bench, 0);
  const type = { parameters: 'i', result: 'i' };
  const indices = [11, 22].map((closure) => {
    const index = bench.calls.reserve();
    bench.calls.bind(index, type, closure, run);
    return index;
  });
  const seen = indices.map((index) => {
    bench.at(index)(0);
    return bench.view.getInt32(kSeen, true);
  });
  assert.deepEqual(seen, [11, 22]);
});

test('what is released is used again', () => {
  const bench = new Bench();
  const run = defineDispatcher(bench, 0);
  const type = { parameters: 'i', result: 'i' };
  const first = bench.calls.reserve();
  bench.calls.bind(first, type, 1, run);
  const func = bench.at(first);
  bench.calls.release(first);
  assert.equal(bench.env.table.get(first), null);

  const second = bench.calls.reserve();
  assert.equal(second, first);
  bench.calls.bind(second, type, 2, run);
  assert.equal(bench.at(second), func);
  bench.at(second)(0);
  assert.equal(bench.view.getInt32(kSeen, true), 2);
});

test('an index that was never bound can be released', () => {
  const { calls } = new Bench();
  const index = calls.reserve();
  calls.release(index);
  assert.equal(calls.reserve(), index);
});

test('a full table reserves nothing', () => {
  const env: ForeignEnvironment = {
    ...new Bench().env,
    table: new WebAssembly.Table({
      element: 'anyfunc',
      initial: 1,
      maximum: 2,
    }),
  };
  const calls = new ForeignCalls(env);
  assert.equal(calls.reserve(), 1);
  assert.equal(calls.reserve(), 0);
});
