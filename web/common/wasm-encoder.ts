// SPDX-License-Identifier: Apache-2.0
// Writes the few small WebAssembly modules the hosts make at run time. Only what they need: functions from i32s to one
// i32, one imported table, one exported function.

export const ValueType = { i32: 0x7f, funcref: 0x70 } as const;

const Section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;

const Opcode = {
  unreachable: 0x00,
  if: 0x04,
  end: 0x0b,
  return: 0x0f,
  callIndirect: 0x11,
  localGet: 0x20,
  tableGet: 0x25,
  i32Const: 0x41,
  gcPrefix: 0xfb,
} as const;
const kRefTest = 0x14; // behind gcPrefix; null fails
const kNoResult = 0x40;

/** One instruction with its operands, encoded. */
export type Instruction = readonly number[];

export const instruction = {
  localGet: (index: number): Instruction => [Opcode.localGet, ...unsigned(index)],
  i32Const: (value: number): Instruction => [Opcode.i32Const, ...signed(value)],
  tableGet: (): Instruction => [Opcode.tableGet, ...unsigned(0)],
  refTest: (type: number): Instruction => [Opcode.gcPrefix, kRefTest, ...signed(type)],
  callIndirect: (type: number): Instruction => [Opcode.callIndirect, ...unsigned(type), ...unsigned(0)],
  ifThen: (body: readonly Instruction[]): Instruction => [Opcode.if, kNoResult, ...body.flat(), Opcode.end],
  return: (): Instruction => [Opcode.return],
} as const;

export interface SmallModule {
  /** Function type N takes parameterCounts[N] i32s and returns one. */
  readonly parameterCounts: readonly number[];
  /** The type of the one function, which is exported as "run". */
  readonly type: number;
  readonly body: readonly Instruction[];
}

/** The module imports its table as "env" "table". */
export function encodeModule({ parameterCounts, type, body }: SmallModule): Uint8Array<ArrayBuffer> {
  const noLocals = vector([]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d], // "\0asm"
    ...[0x01, 0x00, 0x00, 0x00], // version 1
    ...section(Section.type, vector(parameterCounts.map(functionType))),
    ...section(
      Section.import,
      vector([[...name('env'), ...name('table'), 0x01, ValueType.funcref, 0x00, ...unsigned(0)]]),
    ),
    ...section(Section.function, vector([unsigned(type)])),
    ...section(Section.export, vector([[...name('run'), 0x00, ...unsigned(0)]])),
    ...section(Section.code, vector([sized([...noLocals, ...body.flat(), Opcode.end])])),
  ]);
}

export function instantiateSmallModule(
  bytes: Uint8Array<ArrayBuffer>,
  table: WebAssembly.Table,
): (...args: number[]) => number {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { table } });
  return instance.exports['run'] as (...args: number[]) => number;
}

function functionType(parameterCount: number): number[] {
  const parameters = Array.from({ length: parameterCount }, () => [ValueType.i32]);
  return [0x60, ...vector(parameters), ...vector([[ValueType.i32]])];
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
