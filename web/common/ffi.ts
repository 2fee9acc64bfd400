// SPDX-License-Identifier: Apache-2.0
// The host's half of libffi (runtime/ffi.cpp): makes the small WebAssembly functions that stand between eight-byte
// slots in memory and the parameters of a C function, whose type is known only at run time.
//
// They are made by JavaScript but run without it: what C calls through them may suspend.

import type { ImportTable } from './emscripten.ts';
import {
  compileSmallModule,
  imported,
  instantiateSmallModule,
  instruction,
  type Instruction,
  type Scalar,
  type SmallModule,
} from './wasm-encoder.ts';

/** A function's type in letters: one per parameter; one, or none, for the result. */
export interface CallType {
  readonly parameters: string;
  readonly result: string;
}

/** What the interpreter and the functions made here share. */
export interface ForeignEnvironment extends WebAssembly.ModuleImports {
  readonly table: WebAssembly.Table;
  readonly memory: WebAssembly.Memory;
  readonly stackPointer: WebAssembly.Global<'i32'>;
}

/** A function that runs a closure; which one is changed when it is used again. */
interface BoundFunction {
  readonly key: string;
  readonly run: (...args: number[]) => number;
  readonly closure: WebAssembly.Global<'i32'>;
}

const kScalarOf: Readonly<Record<string, Scalar>> = { i: 'i32', j: 'i64', f: 'f32', d: 'f64' };
const kResults = ['', 'i', 'j', 'f', 'd'] as const;

const kSlotSize = 8;
const kStackAlignment = 16;
const kOtherType = -1;

export class ForeignCalls {
  readonly #env: ForeignEnvironment;
  readonly #thunks = new Map<string, number>();
  readonly #resultTests = new Map<string, (func: number) => number>();
  readonly #boundModules = new Map<string, WebAssembly.Module>();
  readonly #bound = new Map<number, BoundFunction>();
  readonly #idle = new Map<string, BoundFunction[]>();
  readonly #freeIndices: number[] = [];

  constructor(env: ForeignEnvironment) {
    this.#env = env;
  }

  /** The table index of run(func, slots, result), which calls functions of `type` and answers 0 to any other. */
  thunk(type: CallType): number {
    return this.#thunkFor(type, type);
  }

  /**
   * The same for table[func], which is not of the type `given`: it gets as many of the arguments as it takes, or zeros
   * for those that are missing, and may return whatever it likes. 0 when the arguments are of other types, or func null.
   */
  fit(func: number, given: CallType): number {
    const { table } = this.#env;
    const target = (func < table.length ? table.get(func) : null) as ((...args: never) => unknown) | null;
    if (!target) return 0;
    const parameters = given.parameters.slice(0, target.length).padEnd(target.length, 'i');
    const result = kResults[this.#resultTest(parameters)(func)];
    return result === undefined ? 0 : this.#thunkFor(given, { parameters, result });
  }

  /** A table index for a closure, or 0. */
  reserve(): number {
    const free = this.#freeIndices.pop();
    if (free !== undefined) return free;
    try {
      return this.#env.table.grow(1);
    } catch {
      return 0;
    }
  }

  /** Has a call of table[index] call table[run] with the closure, its arguments' slots and the result's. */
  bind(index: number, type: CallType, closure: number, run: number): void {
    const key = `${run} ${spell(type)}`;
    const bound = this.#idle.get(key)?.pop() ?? this.#makeBound(key, type, run);
    bound.closure.value = closure;
    this.#bound.set(index, bound);
    this.#env.table.set(index, bound.run);
  }

  /** Takes a reserved index back, bound or not. */
  release(index: number): void {
    const bound = this.#bound.get(index);
    if (bound) {
      this.#bound.delete(index);
      this.#env.table.set(index, null);
      const idle = this.#idle.get(bound.key);
      if (idle) idle.push(bound);
      else this.#idle.set(bound.key, [bound]);
    }
    this.#freeIndices.push(index);
  }

  #thunkFor(given: CallType, real: CallType): number {
    const key = `${spell(given)} as ${spell(real)}`;
    let index = this.#thunks.get(key);
    if (index === undefined) {
      const run = instantiateSmallModule(compileSmallModule(thunkModule(given, real)), this.#env);
      index = this.#env.table.grow(1, run);
      this.#thunks.set(key, index);
    }
    return index;
  }

  #resultTest(parameters: string): (func: number) => number {
    let test = this.#resultTests.get(parameters);
    if (!test) {
      test = instantiateSmallModule(compileSmallModule(resultTest(parameters)), this.#env);
      this.#resultTests.set(parameters, test);
    }
    return test;
  }

  #makeBound(key: string, type: CallType, run: number): BoundFunction {
    let module = this.#boundModules.get(key);
    if (!module) {
      module = compileSmallModule(boundModule(type, run));
      this.#boundModules.set(key, module);
    }
    const closure = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
    return { key, run: instantiateSmallModule(module, { ...this.#env, closure }), closure };
  }
}

/** What runtime/ffi.cpp imports, out of what Emscripten's glue gives the interpreter. */
export function foreignCallImports(env: ImportTable): WebAssembly.ModuleImports {
  const memory = env['memory'] as WebAssembly.Memory;
  const calls = new ForeignCalls({
    table: env['__indirect_function_table'] as WebAssembly.Table,
    memory,
    stackPointer: env['__stack_pointer'] as WebAssembly.Global<'i32'>,
  });
  const typeAt = (parameters: number, count: number, result: number): CallType => ({
    parameters: String.fromCharCode(...new Uint8Array(memory.buffer, parameters >>> 0, count)),
    result: result === 0 ? '' : String.fromCharCode(result),
  });
  return {
    taipan_ffi_thunk: (parameters: number, count: number, result: number) =>
      calls.thunk(typeAt(parameters, count, result)),
    taipan_ffi_fit: (func: number, parameters: number, count: number, result: number) =>
      calls.fit(func, typeAt(parameters, count, result)),
    taipan_ffi_reserve: () => calls.reserve(),
    taipan_ffi_bind: (
      index: number,
      parameters: number,
      count: number,
      result: number,
      closure: number,
      run: number,
    ) => calls.bind(index, typeAt(parameters, count, result), closure, run),
    taipan_ffi_release: (index: number) => calls.release(index),
  };
}

function spell({ parameters, result }: CallType): string {
  return `(${parameters})${result}`;
}

function scalars(letters: string): Scalar[] {
  return Array.from(letters, (letter) => kScalarOf[letter] ?? unknownLetter(letter));
}

function unknownLetter(letter: string): never {
  throw new Error(`no WebAssembly type is spelled ${letter}`);
}

/**
 * run(func, slots, result): calls table[func], whose type is `real`, with the slots, and stores what it returns; 0, with
 * nothing done, when its type is another. REQUIRES: what both types have of parameters is the same.
 */
function thunkModule(given: CallType, real: CallType): SmallModule {
  const [func, slots, resultAt] = [0, 1, 2];
  const target = { parameters: scalars(real.parameters), results: scalars(real.result) };
  const args = target.parameters.flatMap((type, index): Instruction[] =>
    index < given.parameters.length
      ? [instruction.localGet(slots), instruction.load(type, index * kSlotSize)]
      : [instruction.zero(type)],
  );
  const call = [...args, instruction.localGet(func), instruction.callIndirect(1)];
  return {
    types: [{ parameters: ['i32', 'i32', 'i32'], results: ['i32'] }, target],
    imports: [imported.table, imported.memory],
    type: 0,
    body: [
      instruction.localGet(func),
      instruction.tableGet(),
      instruction.refTest(1),
      instruction.ifThen([
        ...target.results.map(() => instruction.localGet(resultAt)),
        ...call,
        ...target.results.map((type) => instruction.store(type, 0)),
        instruction.i32Const(1),
        instruction.return(),
      ]),
      instruction.i32Const(0),
    ],
  };
}

/** run(func): which of kResults table[func] returns when it has these parameters, else kOtherType. */
function resultTest(parameters: string): SmallModule {
  const candidates = kResults.map((result) => ({
    parameters: scalars(parameters),
    results: scalars(result),
  }));
  return {
    types: [{ parameters: ['i32'], results: ['i32'] }, ...candidates],
    imports: [imported.table],
    type: 0,
    body: [
      ...candidates.flatMap((_, index) => [
        instruction.localGet(0),
        instruction.tableGet(),
        instruction.refTest(1 + index),
        instruction.ifThen([instruction.i32Const(index), instruction.return()]),
      ]),
      instruction.i32Const(kOtherType),
    ],
  };
}

/**
 * run(arguments of `type`): calls table[run](closure, slots, result) with the arguments in slots and returns the result.
 * On the C stack, from its end: the result, the slots.
 */
function boundModule(type: CallType, run: number): SmallModule {
  const [stackPointer, closure] = [0, 1];
  const own = { parameters: scalars(type.parameters), results: scalars(type.result) };
  const frame = own.parameters.length; // the local behind the parameters
  const slots = kSlotSize;
  const frameSize =
    Math.ceil((slots + own.parameters.length * kSlotSize) / kStackAlignment) * kStackAlignment;
  return {
    types: [own, { parameters: ['i32', 'i32', 'i32'], results: [] }],
    imports: [
      imported.table,
      imported.memory,
      imported.variable('stackPointer'),
      imported.variable('closure'),
    ],
    type: 0,
    locals: ['i32'],
    body: [
      instruction.globalGet(stackPointer),
      instruction.i32Const(frameSize),
      instruction.i32Sub(),
      instruction.localTee(frame),
      instruction.globalSet(stackPointer),
      ...own.parameters.flatMap((parameter, index) => [
        instruction.localGet(frame),
        instruction.localGet(index),
        instruction.store(parameter, slots + index * kSlotSize),
      ]),
      instruction.globalGet(closure),
      instruction.localGet(frame),
      instruction.i32Const(slots),
      instruction.i32Add(),
      instruction.localGet(frame),
      instruction.i32Const(run),
      instruction.callIndirect(1),
      ...own.results.flatMap((result) => [instruction.localGet(frame), instruction.load(result, 0)]),
      instruction.localGet(frame),
      instruction.i32Const(frameSize),
      instruction.i32Add(),
      instruction.globalSet(stackPointer),
    ],
  };
}
