// SPDX-License-Identifier: Apache-2.0
// Reads the scripts of sed: addresses, and the commands { } = a b c d D g G h H i l n N p P q Q s t w x y.

import type { Syntax } from './regex.ts';
import { compileRegex } from './regex.ts';
import { ToolError } from './tool.ts';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  /** Null is the last expression that was used. */
  | { readonly kind: 'match'; readonly expression: RegExp | null }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  /** So many lines more. */
  | { readonly kind: 'more'; readonly count: number };

export interface Substitution {
  readonly expression: RegExp | null;
  /** Texts, and numbers of groups; 0 is all that matched. */
  readonly replacement: readonly ReplacementPart[];
  readonly all: boolean;
  readonly nth: number;
  readonly prints: boolean;
}

export type ReplacementPart =
  string | number | { readonly fold: 'upper' | 'lower' | 'upperOne' | 'lowerOne' | 'end' };

export interface SedCommand {
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly negated: boolean;
  /** Of a, c, i, and the label of :, b and t. */
  readonly text: string;
  readonly substitution: Substitution | null;
  /** Of y. */
  readonly table: ReadonlyMap<string, string> | null;
  /** Where { } ends. */
  end: number;
}

const kPlain = '=dDgGhHlnNpPqQxz{}';
const kMostDepth = 100;

export function parseSed(script: string, syntax: Syntax): SedCommand[] {
  return new SedParser(script, syntax).all();
}

class SedParser {
  readonly #text: string;
  readonly #syntax: Syntax;
  #at = 0;

  constructor(text: string, syntax: Syntax) {
    this.#text = text;
    this.#syntax = syntax;
  }

  all(): SedCommand[] {
    const commands: SedCommand[] = [];
    const open: SedCommand[] = [];
    for (;;) {
      this.#match(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      if (this.#match(/#[^\n]*/y) !== '') continue;
      const command = this.#command();
      if (command.name === '}') {
        const start = open.pop();
        if (!start) throw new ToolError("unexpected '}'", 1);
        start.end = commands.length;
        continue;
      }
      commands.push(command);
      if (command.name === '{') open.push(command);
      if (open.length > kMostDepth) throw new ToolError('nested too deeply', 1);
    }
    if (open.length > 0) throw new ToolError("unmatched '{'", 1);
    return commands;
  }

  #match(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #next(): string {
    return this.#text.charAt(this.#at++);
  }

  #command(): SedCommand {
    const addresses = this.#addresses();
    this.#match(/\s*/y);
    const negated = this.#match(/!\s*/y) !== '';
    const name = this.#next();
    const plain = { name, addresses, negated, text: '', substitution: null, table: null, end: 0 };
    if (name === 's') return { ...plain, substitution: this.#substitution() };
    if (name === 'y') return { ...plain, table: this.#table() };
    if (name !== '' && 'aci'.includes(name)) return { ...plain, text: this.#insertedText() };
    if (name !== '' && ':bt'.includes(name)) return { ...plain, text: this.#match(/[^\n;}]*/y).trim() };
    if (name === '') throw new ToolError('missing command', 1);
    if ('qQ'.includes(name) && addresses.length > 1) throw new ToolError('command only uses one address', 1);
    if (!kPlain.includes(name)) throw new ToolError(`unknown command: '${name}'`, 1);
    const code = name === 'q' || name === 'Q' ? this.#match(/ *\d+/y).trim() : '';
    if (name !== '{') this.#end();
    return { ...plain, text: code };
  }

  #end(): void {
    this.#match(/[ \t]*/y);
    const next = this.#text.charAt(this.#at);
    if (next !== '' && !';\n}#'.includes(next)) throw new ToolError('extra characters after command', 1);
  }

  #addresses(): Address[] {
    const first = this.#address();
    if (!first) return [];
    if (this.#match(/\s*,\s*/y) === '') return [first];
    const more = this.#match(/\+\d+/y);
    if (more !== '') return [first, { kind: 'more', count: Number(more) }];
    const second = this.#address();
    if (!second) throw new ToolError("unexpected ','", 1);
    return [first, second];
  }

  #address(): Address | null {
    const [, first, step] = /^(\d+)~(\d+)$/.exec(this.#match(/\d+~\d+/y)) ?? [];
    if (first !== undefined) return { kind: 'step', first: Number(first), step: Number(step) };
    const number = this.#match(/\d+/y);
    if (number !== '') return { kind: 'line', line: Number(number) };
    if (this.#match(/\$/y) !== '') return { kind: 'last' };
    const delimiter = this.#match(/\/|\\[^\n\\]/y).slice(-1);
    if (delimiter === '') return null;
    const pattern = this.#until(delimiter);
    const ignoreCase = this.#match(/I/y) !== '';
    return { kind: 'match', expression: this.#regex(pattern, ignoreCase) };
  }

  #regex(pattern: string, ignoreCase: boolean): RegExp | null {
    return pattern === '' ? null : compileRegex(pattern, this.#syntax, { ignoreCase, global: true });
  }

  /** Up to the delimiter, which loses its backslash where it has one; in a set it is none. */
  #until(delimiter: string, sets = true): string {
    let text = '';
    for (;;) {
      if (this.#at >= this.#text.length) throw new ToolError("unterminated 's' command or address", 1);
      const set = sets ? this.#match(/\[\^?\]?(?:\[:[a-z]+:\]|[^\]])*\]/y) : '';
      text += set;
      if (set !== '') continue;
      const character = this.#next();
      if (character === delimiter) return text;
      if (character !== '\\') text += character;
      else {
        const next = this.#next();
        text += next === delimiter ? next : `\\${next}`;
      }
    }
  }

  #substitution(): Substitution {
    const delimiter = this.#delimiter();
    const pattern = this.#until(delimiter);
    const replacement = replacementOf(this.#until(delimiter, false));
    const flags = this.#match(/[gpiIm0-9]*/y);
    if (this.#match(/[ \t]*w/y) !== '') throw new ToolError("the w flag of 's' is not supported", 1);
    this.#end();
    const expression = this.#regex(pattern, /[iI]/.test(flags));
    checkGroups(expression, replacement);
    const nth = Number(/\d+/.exec(flags)?.[0] ?? 1);
    if (nth === 0) throw new ToolError("number option to 's' command may not be zero", 1);
    return { expression, replacement, all: flags.includes('g'), nth, prints: flags.includes('p') };
  }

  #delimiter(): string {
    const delimiter = this.#next();
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\')
      throw new ToolError("unterminated 's' command", 1);
    return delimiter;
  }

  #table(): ReadonlyMap<string, string> {
    const delimiter = this.#delimiter();
    const plain = (text: string): string[] => Array.from(text.replace(/\\n/g, '\n').replace(/\\\\/g, '\\'));
    const from = plain(this.#until(delimiter, false));
    const to = plain(this.#until(delimiter, false));
    this.#end();
    if (from.length !== to.length) throw new ToolError("strings for 'y' command are different lengths", 1);
    return new Map(from.map((character, index) => [character, to[index] ?? '']));
  }

  /** `a\` and a line, or what GNU allows: `a text`. Lines go on behind a backslash. */
  #insertedText(): string {
    this.#match(/[ \t]*(?:\\[ \t]*\n?)?[ \t]*/y);
    const text = this.#match(/(?:\\[\s\S]|[^\\\n])*/y);
    if (text === '') throw new ToolError("expected \\ after 'a', 'c' or 'i'", 1);
    return text.replace(/\\([\s\S])/g, '$1');
  }
}

const kFolds: Readonly<Record<string, ReplacementPart>> = {
  U: { fold: 'upper' },
  L: { fold: 'lower' },
  u: { fold: 'upperOne' },
  l: { fold: 'lowerOne' },
  E: { fold: 'end' },
};

function replacementOf(text: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  for (const [piece] of text.matchAll(/\\[\s\S]|&|[^\\&]+|\\/g)) {
    const escaped = piece.startsWith('\\') ? piece.slice(1) : null;
    if (piece === '&') parts.push(0);
    else if (escaped === null) parts.push(piece);
    else if (/\d/.test(escaped)) parts.push(Number(escaped));
    else parts.push(kFolds[escaped] ?? (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped));
  }
  return parts;
}

function checkGroups(expression: RegExp | null, replacement: readonly ReplacementPart[]): void {
  if (!expression) return;
  const groups = (new RegExp(`${expression.source}|`, 'us').exec('') ?? ['']).length - 1;
  const bad = replacement.filter((part) => typeof part === 'number').find((group) => group > groups);
  if (bad !== undefined) throw new ToolError(`invalid reference \\${bad} on 's' command's RHS`, 1);
}
