// SPDX-License-Identifier: Apache-2.0
// The adapters are run for real: on a table with functions of every number of arguments.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallAdapter } from '../../../web/common/call-adapter.ts';
import {
  compileSmallModule,
  type FunctionType,
  imported,
  instantiateSmallModule,
  type Instruction,
  instruction,
} from '../../../web/common/wasm-encoder.ts';

function words(count: number): FunctionType {
  return {
    parameters: Array.from({ length: count }, () => 'i32' as const),
    results: ['i32'],
  };
}

/** A function of type 0. */
function makeFunction(
  table: WebAssembly.Table,
  types: FunctionType[],
  body: Instruction[],
): (...args: number[]) => number {
  const module = compileSmallModule({
    types,
    imports: [imported.table],
    type: 0,
    body,
  });
  return instantiateSmallModule(module, { table });
}

/** A table with, at index N + 1, a function of N i32s that returns the last of them, or 40 + N without any. */
function makeTable(): WebAssembly.Table {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 6 });
  for (let count = 0; count <= 4; count++) {
    const result = count === 0 ? instruction.i32Const(40) : instruction.localGet(count - 1);
    table.set(count + 1, makeFunction(table, [words(count)], [result]));
  }
  return table;
}

function callThrough(table: WebAssembly.Table, index: number, ...args: number[]): unknown {
  return (table.get(index) as (...args: number[]) => unknown)(...args);
}

test('a function that takes as many arguments is left alone', () => {
  const table = makeTable();
  const adapter = new CallAdapter(table);
  assert.equal(adapter.adapt(4, 3), 4);
  assert.equal(adapter.adapt(3, 2), 3);
  assert.equal(table.length, 6);
});

test('surplus arguments are dropped', () => {
  const table = makeTable();
  const adapter = new CallAdapter(table);
  assert.equal(callThrough(table, adapter.adapt(1, 3), 7, 8, 9), 40);
  assert.equal(callThrough(table, adapter.adapt(2, 3), 7, 8, 9), 7);
  assert.equal(callThrough(table, adapter.adapt(3, 3), 7, 8, 9), 8);
  assert.equal(callThrough(table, adapter.adapt(1, 2), 7, 8), 40);
});

test('an adapter has the type it stands for', () => {
  const table = makeTable();
  const adapted = new CallAdapter(table).adapt(1, 3);
  const call = makeFunction(
    table,
    [words(0), words(3)],
    [...[1, 2, 3, adapted].map((value) => instruction.i32Const(value)), instruction.callIndirect(1)],
  );
  assert.equal(call(), 40);
});

test('the same function gets the same adapter', () => {
  const table = makeTable();
  const adapter = new CallAdapter(table);
  assert.equal(adapter.adapt(1, 3), adapter.adapt(1, 3));
  assert.notEqual(adapter.adapt(1, 3), adapter.adapt(1, 2));
});

test('what has another type or is no function stays as it is', () => {
  const table = makeTable();
  const adapter = new CallAdapter(table);
  assert.equal(adapter.adapt(5, 3), 5); // takes four
  assert.equal(adapter.adapt(0, 3), 0); // null
  assert.equal(adapter.adapt(600, 3), 600); // behind the end
});

test('numbers of every size survive the encoding', () => {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
  for (const value of [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 31 - 1, -1, -64, -65, -(2 ** 31)]) {
    const constant = makeFunction(table, [words(0)], [instruction.i32Const(value)]);
    assert.equal(constant(), value);
  }
});
