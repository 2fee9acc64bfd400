// SPDX-License-Identifier: Apache-2.0
// echo and printf, as dash has them: echo knows backslashes.

import { bytesFromText } from '../../common/path-text.ts';
import { concatBytes, decodeText } from '../streams.ts';
import type { Tool } from './tool.ts';
import { complain, ToolError } from './tool.ts';

const kEscapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', e: '\x1b' },
};

interface Unescaped {
  /** Single bytes may be anything, so this is no text. */
  readonly bytes: Uint8Array;
  /** There was a \c, behind which nothing is printed. */
  readonly stops: boolean;
}

/** Octal numbers are \0ooo in what is printed, and \ooo in formats. */
function unescape(text: string, octal: RegExp): Unescaped {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const found = text.indexOf('\\', at);
    if (found < 0) break;
    chunks.push(bytesFromText(text.slice(at, found)));
    octal.lastIndex = found + 1;
    const digits = octal.exec(text);
    const next = text.charAt(found + 1);
    if (next === 'c') return { bytes: concatBytes(chunks), stops: true };
    if (digits) chunks.push(Uint8Array.of(parseInt(digits[1] === '' ? '0' : (digits[1] ?? ''), 8) & 0xff));
    else chunks.push(bytesFromText(kEscapes[next] ?? `\\${next}`));
    at = digits ? octal.lastIndex : found + 1 + Math.max(next.length, 1);
  }
  chunks.push(bytesFromText(text.slice(at)));
  return { bytes: concatBytes(chunks), stops: false };
}

const echoOctal = () => /0([0-7]{0,3})/y;
const formatOctal = () => /([0-7]{1,3})/y;

export const echo: Tool = async ({ args, output }) => {
  const plain = args[0] === '-n' ? args.slice(1) : args;
  const text = plain.join(' ');
  if (!text.includes('\\')) {
    await output.print(plain === args ? `${text}\n` : text);
    return 0;
  }
  const { bytes, stops } = unescape(text, echoOctal());
  await output.write(stops || plain !== args ? bytes : concatBytes([bytes, Uint8Array.of(0x0a)]));
  return 0;
};

const kDirective = /%(?:%|([-+ #0]*)(\*|\d{0,9})(?:\.(\*|-?\d{0,9}))?([a-zA-Z]?))/g;
const kMostPadding = 1_000_000;

class Formatting {
  readonly #args: readonly string[];
  readonly #chunks: Uint8Array[] = [];
  #at = 0;
  stopped = false;
  readonly complaints: string[] = [];

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  get left(): number {
    return this.#args.length - this.#at;
  }

  take(): Uint8Array {
    return concatBytes(this.#chunks.splice(0));
  }

  round(format: string): void {
    let at = 0;
    for (const found of format.matchAll(kDirective)) {
      this.#plain(format.slice(at, found.index));
      if (this.stopped) return;
      at = found.index + found[0].length;
      if (found[0] === '%%') this.#plain('%');
      else this.#directive(found);
      if (this.stopped) return;
    }
    this.#plain(format.slice(at));
  }

  #plain(text: string): void {
    const { bytes, stops } = unescape(text, formatOctal());
    this.#chunks.push(bytes);
    this.stopped ||= stops;
  }

  #directive([all, givenFlags = '', width = '', precision, conversion = '']: RegExpExecArray): void {
    const size = width === '*' ? this.#number() : Number(width);
    const digits = precision === undefined ? null : precision === '*' ? this.#number() : Number(precision);
    const flags = size < 0 ? `${givenFlags}-` : givenFlags;
    const room = Math.min(Math.abs(size), kMostPadding);
    const exact = digits === null || digits < 0 ? null : Math.min(digits, kMostPadding);
    if (conversion === 'b') this.#pad(this.#escaped(exact), flags, room);
    else if (conversion === 's' || conversion === 'c') {
      const text = this.#next() ?? '';
      // The first character of an empty text is the one that ends it in C.
      const bytes = conversion === 'c' && text === '' ? Uint8Array.of(0) : bytesFromText(text);
      const length = conversion === 'c' ? 1 : (exact ?? Infinity);
      this.#pad(bytes.subarray(0, Math.min(length, bytes.length)), flags, room);
    } else if ('diouxX'.includes(conversion) && conversion !== '') {
      this.#padNumber(integerText(this.#integer(), conversion, flags, exact), flags, room, exact === null);
    } else if ('feEgG'.includes(conversion) && conversion !== '') {
      this.#padNumber(floatText(this.#float(), conversion, flags, exact ?? 6), flags, room, true);
    } else throw new ToolError(`${all}: invalid directive`);
  }

  #next(): string | undefined {
    return this.#args[this.#at++];
  }

  #number(): number {
    return Number(this.#integer());
  }

  #escaped(exact: number | null): Uint8Array {
    const { bytes, stops } = unescape(this.#next() ?? '', echoOctal());
    this.stopped ||= stops;
    return bytes.subarray(0, exact ?? bytes.length);
  }

  #integer(): bigint {
    const text = this.#next() ?? '0';
    if (text === '') return 0n;
    if (/^['"]/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
    const [, sign, digits = '', rest = ''] = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+|)(.*)$/s.exec(text) ?? [];
    if (digits === '') this.complaints.push(`${text}: expected numeric value`);
    else if (rest !== '') this.complaints.push(`${text}: not completely converted`);
    const octal = /^0[0-7]+$/.test(digits);
    const value = digits === '' ? 0n : BigInt(octal ? `0o${digits}` : digits);
    return BigInt.asIntN(64, sign === '-' ? -value : value);
  }

  #float(): number {
    const text = this.#next() ?? '0';
    const value = Number(text);
    if (Number.isNaN(value)) this.complaints.push(`${text}: expected numeric value`);
    return Number.isNaN(value) ? 0 : value;
  }

  #pad(bytes: Uint8Array, flags: string, room: number): void {
    const padding = new Uint8Array(Math.max(room - bytes.length, 0)).fill(0x20);
    this.#chunks.push(...(flags.includes('-') ? [bytes, padding] : [padding, bytes]));
  }

  /** Zeros come behind the sign. */
  #padNumber(text: string, flags: string, room: number, zeros: boolean): void {
    const [sign = ''] = /^[-+ ]?(?:0[xX])?/.exec(text) ?? [];
    const padded =
      flags.includes('0') && !flags.includes('-') && zeros
        ? sign + text.slice(sign.length).padStart(room - sign.length, '0')
        : text;
    this.#pad(bytesFromText(padded), flags, room);
  }
}

function signOf(negative: boolean, flags: string): string {
  return negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function integerText(value: bigint, conversion: string, flags: string, digits: number | null): string {
  const decimal = conversion === 'd' || conversion === 'i';
  const base = conversion === 'o' ? 8 : conversion.toLowerCase() === 'x' ? 16 : 10;
  const magnitude = decimal ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  const plain = magnitude.toString(base).padStart(digits ?? 1, '0');
  if (decimal) return signOf(value < 0n, flags) + plain;
  const prefix = flags.includes('#') && magnitude !== 0n ? (base === 16 ? '0x' : base === 8 ? '0' : '') : '';
  return conversion === 'X' ? (prefix + plain).toUpperCase() : prefix + plain;
}

function floatText(value: number, conversion: string, flags: string, digits: number): string {
  const magnitude = Math.abs(value);
  const exact = Math.min(digits, 100);
  const sign = signOf(value < 0 || Object.is(value, -0), flags);
  if (!Number.isFinite(magnitude)) return sign + (Number.isNaN(value) ? 'nan' : 'inf');
  const lower = conversion.toLowerCase();
  const text =
    lower === 'f'
      ? magnitude.toFixed(exact)
      : lower === 'e'
        ? exponential(magnitude, exact)
        : general(magnitude, exact);
  return sign + (conversion === lower ? text : text.toUpperCase());
}

function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
}

function general(value: number, digits: number): string {
  const exact = Math.max(digits, 1);
  const exponent = value === 0 ? 0 : Number(value.toExponential(exact - 1).split('e')[1]);
  const text =
    exponent < -4 || exponent >= exact ? exponential(value, exact - 1) : value.toFixed(exact - 1 - exponent);
  return text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}

export const printf: Tool = async (context) => {
  const args = context.args[0] === '--' ? context.args.slice(1) : context.args;
  const [format, ...values] = args;
  if (format === undefined) throw new ToolError('usage: printf format [arg ...]');
  const formatting = new Formatting(values);
  let before: number;
  do {
    before = formatting.left;
    formatting.round(format);
    await context.output.print(decodeText(formatting.take()));
  } while (formatting.left > 0 && formatting.left < before && !formatting.stopped);
  for (const complaint of formatting.complaints) await complain(context, complaint);
  return formatting.complaints.length > 0 ? 1 : 0;
};
