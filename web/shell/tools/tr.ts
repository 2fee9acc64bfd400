// SPDX-License-Identifier: Apache-2.0
// tr: byte by byte, through a table.

import { bytesFromText } from '../../common/path-text.ts';
import { parseOptions } from './options.ts';
import type { Tool } from './tool.ts';
import { ToolError } from './tool.ts';

const kEscapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const kClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // eslint-disable-next-line no-control-regex -- these are what it is about
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
const kAll = Array.from({ length: 256 }, (_, byte) => byte);

/** The bytes that a set names, in their order. */
class SetReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  readonly set: number[] = [];
  /** Where [x*] stands, which is as long as the other set needs it. */
  fillAt = -1;

  constructor(text: string) {
    this.#bytes = bytesFromText(text);
    while (this.#at < this.#bytes.length) this.#element();
  }

  #text(): string {
    return String.fromCharCode(...this.#bytes.subarray(this.#at, this.#at + 16));
  }

  #element(): void {
    const named = /^\[:([a-z]+):\]/.exec(this.#text());
    if (named) {
      const members = kClasses[named[1] ?? ''];
      if (!members) throw new ToolError(`invalid character class '${named[1] ?? ''}'`, 1);
      this.set.push(...kAll.filter((byte) => members.test(String.fromCharCode(byte))));
      this.#at += named[0].length;
      return;
    }
    const repeated = /^\[(\\?.)\*(\d*)\]/s.exec(this.#text());
    if (repeated) {
      ++this.#at;
      const byte = this.#byte();
      const count = Number(repeated[2] ?? 0);
      if (count === 0) this.fillAt = this.set.length;
      this.set.push(...Array.from({ length: Math.max(Math.min(count, 256), 1) }, () => byte));
      this.#at += 2 + (repeated[2] ?? '').length;
      return;
    }
    const low = this.#byte();
    if (this.#bytes[this.#at] !== 0x2d || this.#at + 1 >= this.#bytes.length) {
      this.set.push(low);
      return;
    }
    ++this.#at;
    const high = this.#byte();
    if (high < low) throw new ToolError('range-endpoints are in reverse collating sequence order', 1);
    for (let byte = low; byte <= high; ++byte) this.set.push(byte);
  }

  #byte(): number {
    const octal = /^\\([0-7]{1,3})/.exec(this.#text());
    if (octal) {
      this.#at += octal[0].length;
      return parseInt(octal[1] ?? '', 8) & 0xff;
    }
    const byte = this.#bytes[this.#at++] ?? 0;
    if (byte !== 0x5c || this.#at >= this.#bytes.length) return byte;
    const escaped = this.#bytes[this.#at++] ?? 0;
    return kEscapes[String.fromCharCode(escaped)] ?? escaped;
  }
}

interface Translation {
  /** -1 is left out. */
  readonly table: Int16Array;
  /** Those that are never written twice in a row. */
  readonly squeezed: ReadonlySet<number>;
}

function translationOf(args: readonly string[]): Translation {
  const options = parseOptions(args, {
    letters: 'cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    stopsAtOperand: true,
  });
  const [first, second] = options.operands;
  const needsTwo = options.has('d') === options.has('s');
  if (first === undefined) throw new ToolError('missing operand', 1);
  if (needsTwo && second === undefined) throw new ToolError(`missing operand after '${first}'`, 1);
  if (options.operands.length > 2 || (options.has('d') && !options.has('s') && second !== undefined))
    throw new ToolError(`extra operand '${options.operands.at(-1) ?? ''}'`, 1);
  if (!options.has('d') && /\[:(?!upper|lower)[a-z]+:\]/.test(second ?? ''))
    throw new ToolError("the only classes that may appear in string2 are 'upper' and 'lower'", 1);
  const named = new SetReader(first).set;
  const set = options.has('c') || options.has('C') ? kAll.filter((byte) => !named.includes(byte)) : named;
  const table = Int16Array.from(kAll);
  const squeezes = options.has('s');
  if (options.has('d')) {
    for (const byte of set) table[byte] = -1;
    return { table, squeezed: new Set(squeezes ? new SetReader(second ?? '').set : []) };
  }
  if (second === undefined) return { table, squeezed: new Set(set) };
  const target = fitted(new SetReader(second), options.has('t') ? 0 : set.length);
  set.forEach((byte, index) => {
    table[byte] = target[index] ?? byte;
  });
  return { table, squeezed: new Set(squeezes ? target : []) };
}

/** The second set, made as long as the first one. */
function fitted({ set, fillAt }: SetReader, length: number): number[] {
  const missing = length - set.length;
  if (set.length === 0 && length > 0)
    throw new ToolError('when not truncating set1, string2 must be non-empty', 1);
  if (missing <= 0) return set;
  const at = fillAt < 0 ? set.length - 1 : fillAt;
  const filling = Array.from({ length: missing }, () => set[at] ?? 0);
  return [...set.slice(0, at), ...filling, ...set.slice(at)];
}

export const tr: Tool = async (context) => {
  const { table, squeezed } = translationOf(context.args);
  let last = -1;
  for (let bytes = await context.input.read(); bytes.length > 0; bytes = await context.input.read()) {
    const out = new Uint8Array(bytes.length);
    let size = 0;
    for (const byte of bytes) {
      const translated = table[byte] ?? -1;
      if (translated < 0 || (translated === last && squeezed.has(translated))) continue;
      out[size++] = last = translated;
    }
    await context.output.write(out.subarray(0, size));
  }
  return 0;
};
