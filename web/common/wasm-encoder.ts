// SPDX-License-Identifier: Apache-2.0
// Writes the few small WebAssembly modules the hosts make at run time. Only what they need: one function, which is
// exported, and the imported table, memory and globals that it works on.

export type Scalar = 'i32' | 'i64' | 'f32' | 'f64';

export interface FunctionType {
  readonly parameters: readonly Scalar[];
  readonly results: readonly Scalar[];
}

/** How the binary format spells a scalar type, its instructions, and its zero behind the opcode of the constant. */
const kScalars: Readonly<
  Record<Scalar, { type: number; load: number; store: number; alignment: number; zero: readonly number[] }>
> = {
  i32: { type: 0x7f, load: 0x28, store: 0x36, alignment: 2, zero: [0x41, 0] },
  i64: { type: 0x7e, load: 0x29, store: 0x37, alignment: 3, zero: [0x42, 0] },
  f32: { type: 0x7d, load: 0x2a, store: 0x38, alignment: 2, zero: [0x43, 0, 0, 0, 0] },
  f64: { type: 0x7c, load: 0x2b, store: 0x39, alignment: 3, zero: [0x44, 0, 0, 0, 0, 0, 0, 0, 0] },
};

const Section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const External = { function: 0x00, table: 0x01, memory: 0x02, global: 0x03 } as const;
const kFunctionType = 0x60;
const kFuncref = 0x70;
const kNoMaximum = 0x00;
const kMutable = 0x01;

const Opcode = {
  if: 0x04,
  end: 0x0b,
  return: 0x0f,
  callIndirect: 0x11,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  i32Const: 0x41,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  gcPrefix: 0xfb,
} as const;
const kRefTest = 0x14; // behind gcPrefix; null fails
const kNoResult = 0x40;

/** One instruction with its operands, encoded. */
export type Instruction = readonly number[];

export const instruction = {
  localGet: (index: number): Instruction => [Opcode.localGet, ...unsigned(index)],
  localTee: (index: number): Instruction => [Opcode.localTee, ...unsigned(index)],
  globalGet: (index: number): Instruction => [Opcode.globalGet, ...unsigned(index)],
  globalSet: (index: number): Instruction => [Opcode.globalSet, ...unsigned(index)],
  load: (type: Scalar, offset: number): Instruction => [
    kScalars[type].load,
    kScalars[type].alignment,
    ...unsigned(offset),
  ],
  store: (type: Scalar, offset: number): Instruction => [
    kScalars[type].store,
    kScalars[type].alignment,
    ...unsigned(offset),
  ],
  zero: (type: Scalar): Instruction => kScalars[type].zero,
  i32Const: (value: number): Instruction => [Opcode.i32Const, ...signed(value)],
  i32Add: (): Instruction => [Opcode.i32Add],
  i32Sub: (): Instruction => [Opcode.i32Sub],
  tableGet: (): Instruction => [Opcode.tableGet, ...unsigned(0)],
  refTest: (type: number): Instruction => [Opcode.gcPrefix, kRefTest, ...signed(type)],
  callIndirect: (type: number): Instruction => [Opcode.callIndirect, ...unsigned(type), ...unsigned(0)],
  ifThen: (body: readonly Instruction[]): Instruction => [Opcode.if, kNoResult, ...body.flat(), Opcode.end],
  return: (): Instruction => [Opcode.return],
} as const;

export interface Import {
  readonly name: string;
  readonly description: readonly number[];
}

/** Globals are numbered in the order of their imports. */
export const imported = {
  table: { name: 'table', description: [External.table, kFuncref, kNoMaximum, ...unsigned(0)] },
  memory: { name: 'memory', description: [External.memory, kNoMaximum, ...unsigned(0)] },
  variable: (name: string): Import => ({
    name,
    description: [External.global, kScalars.i32.type, kMutable],
  }),
} as const;

export interface SmallModule {
  readonly types: readonly FunctionType[];
  /** From a module called "env". */
  readonly imports: readonly Import[];
  /** The type of the one function, which is exported as "run". */
  readonly type: number;
  /** Beside the parameters. */
  readonly locals?: readonly Scalar[];
  readonly body: readonly Instruction[];
}

export function encodeModule(module: SmallModule): Uint8Array<ArrayBuffer> {
  const imports = module.imports.map((one) => [...name('env'), ...name(one.name), ...one.description]);
  const locals = (module.locals ?? []).map((type) => [...unsigned(1), kScalars[type].type]);
  const run = [...vector(locals), ...module.body.flat(), Opcode.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d], // "\0asm"
    ...[0x01, 0x00, 0x00, 0x00], // version 1
    ...section(Section.type, vector(module.types.map(functionType))),
    ...section(Section.import, vector(imports)),
    ...section(Section.function, vector([unsigned(module.type)])),
    ...section(Section.export, vector([[...name('run'), External.function, ...unsigned(0)]])),
    ...section(Section.code, vector([sized(run)])),
  ]);
}

/** Small enough for every engine to compile at once, on a page's main thread too. */
export function compileSmallModule(module: SmallModule): WebAssembly.Module {
  return new WebAssembly.Module(encodeModule(module));
}

/** The function of a module whose imports these are. */
export function instantiateSmallModule(
  module: WebAssembly.Module,
  env: WebAssembly.ModuleImports,
): (...args: number[]) => number {
  return new WebAssembly.Instance(module, { env }).exports['run'] as (...args: number[]) => number;
}

function functionType({ parameters, results }: FunctionType): number[] {
  const codes = (types: readonly Scalar[]) => vector(types.map((type) => [kScalars[type].type]));
  return [kFunctionType, ...codes(parameters), ...codes(results)];
}

function section(id: number, contents: readonly number[]): number[] {
  return [id, ...sized(contents)];
}

function sized(contents: readonly number[]): number[] {
  return [...unsigned(contents.length), ...contents];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)]);
}

/** LEB128. REQUIRES: 0 <= value < 2**32 */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    const signBit = low & 0x40;
    if ((rest >> 6 === 0 && !signBit) || (rest >> 6 === -1 && signBit)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
