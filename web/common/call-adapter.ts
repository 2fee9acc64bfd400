// SPDX-License-Identifier: Apache-2.0
// CPython calls C functions with more arguments than some of them take; WebAssembly traps on that. While an extension
// module is being loaded the interpreter asks here for each function that it will call with `arity` arguments: one
// that really takes as many is returned as it is, any other gets an adapter that drops what is too much.
//
// Everything here is WebAssembly at the time of the call: a JavaScript frame on the stack could not be suspended.

import {
  compileSmallModule,
  type FunctionType,
  imported,
  instantiateSmallModule,
  instruction,
  type SmallModule,
} from './wasm-encoder.ts';

/** CPython passes at most self, args and keywords. */
const kMostArguments = 3;

const kUnknown = -1;

export class CallAdapter {
  readonly #table: WebAssembly.Table;
  readonly #arityOf: (func: number) => number;
  readonly #adapters = new Map<string, number>();

  constructor(table: WebAssembly.Table) {
    this.#table = table;
    this.#arityOf = instantiateSmallModule(compileSmallModule(arityTest()), { table });
  }

  /** The table index of a function that takes `arity` i32s and does what table[func] does. */
  adapt(func: number, arity: number): number {
    if (func <= 0 || func >= this.#table.length) return func;
    const real = this.#arityOf(func);
    if (real === kUnknown || real >= arity) return func;
    const key = `${func}/${arity}`;
    let adapter = this.#adapters.get(key);
    if (adapter === undefined) {
      const module = compileSmallModule(adapterModule(func, real, arity));
      adapter = this.#table.grow(1, instantiateSmallModule(module, { table: this.#table }));
      this.#adapters.set(key, adapter);
    }
    return adapter;
  }
}

/** Takes `count` i32s and returns one. */
function words(count: number): FunctionType {
  return { parameters: Array.from({ length: count }, () => 'i32' as const), results: ['i32'] };
}

/** run(func): how many i32s table[func] takes to return one, or kUnknown when its type is another. */
function arityTest(): SmallModule {
  const counts = Array.from({ length: kMostArguments + 1 }, (_, count) => count);
  return {
    types: counts.map(words), // type N takes N
    imports: [imported.table],
    type: 1,
    body: [
      ...counts.flatMap((count) => [
        instruction.localGet(0),
        instruction.tableGet(),
        instruction.refTest(count),
        instruction.ifThen([instruction.i32Const(count), instruction.return()]),
      ]),
      instruction.i32Const(kUnknown),
    ],
  };
}

/** run(a, b, c): table[func](a) where the function takes one. */
function adapterModule(func: number, real: number, arity: number): SmallModule {
  const args = Array.from({ length: real }, (_, index) => instruction.localGet(index));
  return {
    types: [words(arity), words(real)],
    imports: [imported.table],
    type: 0,
    body: [...args, instruction.i32Const(func), instruction.callIndirect(1)],
  };
}
