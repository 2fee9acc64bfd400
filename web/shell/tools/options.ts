// SPDX-License-Identifier: Apache-2.0
// Options of one letter, with and without values, before and between the operands, up to `--`.

import { ToolError } from './tool.ts';

export interface Options {
  has(letter: string): boolean;
  /** The last one's value. */
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  /** The letters in the order they came, for those that overrule each other. */
  readonly order: readonly string[];
  readonly operands: readonly string[];
}

export interface OptionSpec {
  /** As getopt has it: letters, with a colon where a value follows. */
  readonly letters: string;
  /** Long names and the letters that they stand for. */
  readonly long?: Readonly<Record<string, string>>;
  /** The first operand ends the options: what comes behind it belongs to another command. */
  readonly stopsAtOperand?: boolean;
}

class Parsed implements Options {
  readonly order: string[] = [];
  readonly operands: string[] = [];
  readonly #values = new Map<string, string[]>();

  add(letter: string, value: string): void {
    this.order.push(letter);
    this.#values.set(letter, [...this.values(letter), value]);
  }

  has(letter: string): boolean {
    return this.#values.has(letter);
  }

  value(letter: string): string | undefined {
    return this.values(letter).at(-1);
  }

  values(letter: string): readonly string[] {
    return this.#values.get(letter) ?? [];
  }
}

export function parseOptions(args: readonly string[], spec: OptionSpec): Options {
  const parsed = new Parsed();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      parsed.operands.push(...rest);
      break;
    }
    if (arg.startsWith('--')) parseLong(arg.slice(2), spec, parsed, rest);
    else if (arg.startsWith('-') && arg !== '-') parseLetters(arg.slice(1), spec, parsed, rest);
    else {
      parsed.operands.push(arg);
      if (!spec.stopsAtOperand) continue;
      parsed.operands.push(...rest);
      break;
    }
  }
  return parsed;
}

function parseLetters(letters: string, spec: OptionSpec, parsed: Parsed, rest: string[]): void {
  const characters = Array.from(letters);
  for (let index = 0; index < characters.length; ++index) {
    const letter = characters[index] ?? '';
    if (letter === ':' || !spec.letters.includes(letter))
      throw new ToolError(`invalid option -- '${letter}'`);
    if (!takesValue(spec, letter)) {
      parsed.add(letter, '');
      continue;
    }
    const inline = characters.slice(index + 1).join('');
    parsed.add(letter, inline !== '' ? inline : shiftValue(rest, `'${letter}'`));
    return;
  }
}

function takesValue(spec: OptionSpec, letter: string | undefined): boolean {
  return letter !== undefined && spec.letters.charAt(spec.letters.indexOf(letter) + 1) === ':';
}

function parseLong(text: string, spec: OptionSpec, parsed: Parsed, rest: string[]): void {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const letter = spec.long && Object.hasOwn(spec.long, name) ? spec.long[name] : undefined;
  if (letter === undefined) throw new ToolError(`unrecognized option '--${name}'`);
  if (!takesValue(spec, letter)) parsed.add(letter, '');
  else parsed.add(letter, equals < 0 ? shiftValue(rest, `'--${name}'`) : text.slice(equals + 1));
}

function shiftValue(rest: string[], option: string): string {
  const value = rest.shift();
  if (value === undefined) throw new ToolError(`option requires an argument -- ${option}`);
  return value;
}

/** A whole number, not negative. */
export function parseCount(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ToolError(`invalid ${what}: '${text}'`);
  return Number(text);
}
