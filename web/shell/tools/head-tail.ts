// SPDX-License-Identifier: Apache-2.0
// head and tail: one end of a stream, by lines or bytes.

import type { ByteSource } from '../streams.ts';
import { concatBytes } from '../streams.ts';
import { forEachInput } from './inputs.ts';
import { parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { ToolError } from './tool.ts';

const kNewline = 0x0a;

/** How much: so many lines or bytes, from the end that the tool is about or from the other one. */
interface Amount {
  readonly unit: 'lines' | 'bytes';
  readonly count: number;
  readonly sign: '' | '-' | '+';
}

const kUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  k: 1024,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
};

function parseAmount(context: ToolContext) {
  // -5 is an old way to write -n 5.
  const args = context.args.map((arg, index, all) =>
    /^-[nc]$/.test(all[index - 1] ?? '') ? arg : arg.replace(/^-(\d+)$/, '-n$1'),
  );
  const options = parseOptions(args, {
    letters: 'n:c:qvfF',
    long: { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v' },
  });
  const text = options.value('c') ?? options.value('n') ?? '10';
  const [, sign = '', digits = '', unit = ''] = /^([-+]?)(\d{1,15})([bkKMG]?)$/.exec(text) ?? [];
  const unitName = options.has('c') ? 'bytes' : 'lines';
  if (digits === '') throw new ToolError(`invalid number of ${unitName}: '${text}'`, 1);
  const count = Number(digits) * (kUnits[unit] ?? 1);
  return { options, amount: { unit: unitName, count, sign } as Amount };
}

/** Names of several files stand above what is in them. */
async function forEachTitled(
  context: ToolContext,
  { options }: ReturnType<typeof parseAmount>,
  read: (source: ByteSource) => Promise<void>,
): Promise<number> {
  const { operands } = options;
  const titled = options.has('v') || (operands.length > 1 && !options.has('q'));
  let first = true;
  return forEachInput(context, operands, async (source, name) => {
    const title = name === '-' ? 'standard input' : name;
    if (titled) await context.output.print(`${first ? '' : '\n'}==> ${title} <==\n`);
    first = false;
    await read(source);
  });
}

export const head: Tool = async (context) => {
  const parsed = parseAmount(context);
  const { amount } = parsed;
  return forEachTitled(context, parsed, (source) =>
    amount.sign === '-' ? allButLast(context, source, amount) : firstOf(context, source, amount),
  );
};

async function firstOf(context: ToolContext, source: ByteSource, { unit, count }: Amount): Promise<void> {
  let left = count;
  while (left > 0) {
    const bytes = await source.read();
    if (bytes.length === 0) return;
    const end = unit === 'bytes' ? Math.min(left, bytes.length) : endOfLines(bytes, left);
    left -= unit === 'bytes' ? end : countLines(bytes.subarray(0, end));
    await context.output.write(bytes.subarray(0, end));
    if (left === 0) await source.giveBack(bytes.subarray(end));
  }
}

/** Behind so many lines, or behind all bytes when there are fewer. */
function endOfLines(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines; ++line) {
    const end = bytes.indexOf(kNewline, at);
    if (end < 0) return bytes.length;
    at = end + 1;
  }
  return at;
}

export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(kNewline); at >= 0; at = bytes.indexOf(kNewline, at + 1)) ++count;
  return count;
}

async function allButLast(context: ToolContext, source: ByteSource, amount: Amount): Promise<void> {
  const kept = new Tail(amount);
  for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) {
    for (const chunk of kept.push(bytes)) await context.output.write(chunk);
  }
  const last = kept.bytes();
  await context.output.write(last.subarray(0, last.length - kept.last().length));
}

export const tail: Tool = async (context) => {
  const parsed = parseAmount(context);
  const { amount } = parsed;
  return forEachTitled(context, parsed, (source) =>
    amount.sign === '+' ? from(context, source, amount) : lastOf(context, source, amount),
  );
};

async function lastOf(context: ToolContext, source: ByteSource, amount: Amount): Promise<void> {
  const kept = new Tail(amount);
  for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) kept.push(bytes);
  await context.output.write(kept.last());
}

/** Everything from the line or byte of this number on. */
async function from(context: ToolContext, source: ByteSource, { unit, count }: Amount): Promise<void> {
  let skip = Math.max(count - 1, 0);
  for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) {
    const end = unit === 'bytes' ? Math.min(skip, bytes.length) : endOfLines(bytes, skip);
    skip -= unit === 'bytes' ? end : countLines(bytes.subarray(0, end));
    await context.output.write(bytes.subarray(end));
  }
}

/** Keeps at least so much of the end, and little more. */
class Tail {
  readonly #amount: Amount;
  #chunks: { readonly bytes: Uint8Array; readonly size: number }[] = [];
  #size = 0;

  constructor(amount: Amount) {
    this.#amount = amount;
  }

  /** What is not needed any more. */
  push(bytes: Uint8Array): Uint8Array[] {
    const size = this.#amount.unit === 'bytes' ? bytes.length : countLines(bytes);
    this.#chunks.push({ bytes, size });
    this.#size += size;
    const gone: Uint8Array[] = [];
    // One line more: the last one may go on.
    for (let first = this.#chunks[0]; first; first = this.#chunks[0]) {
      if (this.#size - first.size <= this.#amount.count) break;
      this.#size -= first.size;
      gone.push(first.bytes);
      this.#chunks.shift();
    }
    return gone;
  }

  bytes(): Uint8Array {
    return concatBytes(this.#chunks.map(({ bytes }) => bytes));
  }

  last(): Uint8Array {
    const { unit, count } = this.#amount;
    const all = this.bytes();
    if (count === 0) return new Uint8Array();
    if (unit === 'bytes') return all.subarray(Math.max(all.length - count, 0));
    let at = all.at(-1) === kNewline ? all.length - 1 : all.length;
    for (let line = 0; line < count; ++line) {
      at = at > 0 ? all.lastIndexOf(kNewline, at - 1) : -1;
      if (at < 0) return all;
    }
    return all.subarray(at + 1);
  }
}
