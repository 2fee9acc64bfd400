// SPDX-License-Identifier: Apache-2.0
// expr: arithmetic and texts, one argument per token.

import { compareText } from '../compare.ts';
import { compileRegex } from './regex.ts';
import type { Tool } from './tool.ts';
import { ToolError } from './tool.ts';

const kDeepest = 100;

type Operation = (left: string, right: string) => string;

const flag = (value: boolean): string => (value ? '1' : '0');
const isTrue = (text: string): boolean => text !== '' && !/^-?0+$/.test(text);

function integer(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new ToolError('non-integer argument');
  return BigInt(text);
}

function calculation(operate: (left: bigint, right: bigint) => bigint): Operation {
  return (left, right) => operate(integer(left), integer(right)).toString();
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new ToolError('division by zero');
  return value;
}

function comparison(decide: (order: number) => boolean): Operation {
  return (left, right) => {
    const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
    const difference = numbers ? BigInt(left) - BigInt(right) : BigInt(compareText(left, right));
    return flag(decide(difference < 0n ? -1 : difference > 0n ? 1 : 0));
  };
}

/** The group, or how many characters match, from the beginning. */
function match(text: string, pattern: string): string {
  const expression = compileRegex(pattern, 'basic');
  const grouped = pattern.includes('\\(');
  const found = new RegExp(`^(?:${expression.source})`, 'us').exec(text);
  if (grouped) return found?.[1] ?? '';
  return String(Array.from(found?.[0] ?? '').length);
}

const kLevels: readonly Readonly<Record<string, Operation>>[] = [
  { '|': (left, right) => (isTrue(left) ? left : isTrue(right) ? right : '0') },
  { '&': (left, right) => (isTrue(left) && isTrue(right) ? left : '0') },
  {
    '=': comparison((order) => order === 0),
    '==': comparison((order) => order === 0),
    '!=': comparison((order) => order !== 0),
    '<': comparison((order) => order < 0),
    '<=': comparison((order) => order <= 0),
    '>': comparison((order) => order > 0),
    '>=': comparison((order) => order >= 0),
  },
  { '+': calculation((a, b) => a + b), '-': calculation((a, b) => a - b) },
  {
    '*': calculation((a, b) => a * b),
    '/': calculation((a, b) => a / divisor(b)),
    '%': calculation((a, b) => a % divisor(b)),
  },
  { ':': match },
];

class Expression {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  value(): string {
    const value = this.#level(0);
    if (this.#at < this.#tokens.length)
      throw new ToolError(`syntax error: unexpected argument '${this.#tokens[this.#at] ?? ''}'`);
    return value;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined)
      throw new ToolError(`syntax error: missing argument after '${this.#tokens.at(-1) ?? ''}'`);
    return token;
  }

  #level(level: number): string {
    const operations = kLevels[level];
    if (!operations) return this.#primary();
    let left = this.#level(level + 1);
    for (;;) {
      const operator = this.#tokens[this.#at] ?? '';
      const operate = Object.hasOwn(operations, operator) ? operations[operator] : undefined;
      if (!operate) return left;
      ++this.#at;
      left = operate(left, this.#level(level + 1));
    }
  }

  #primary(): string {
    if (++this.#depth > kDeepest) throw new ToolError('nested too deeply');
    const token = this.#next();
    const value = token === '(' ? this.#group() : this.#function(token);
    --this.#depth;
    return value;
  }

  #group(): string {
    const value = this.#level(0);
    if (this.#next() !== ')') throw new ToolError("syntax error: expecting ')'");
    return value;
  }

  /** Names that are functions when something follows them. */
  #function(name: string): string {
    if (this.#at >= this.#tokens.length) return name;
    if (name === 'length') return String(Array.from(this.#primary()).length);
    if (name === 'match') return match(this.#primary(), this.#primary());
    if (name === 'index') {
      const [text, characters] = [Array.from(this.#primary()), this.#primary()];
      return String(text.findIndex((character) => characters.includes(character)) + 1);
    }
    if (name === 'substr') {
      const [text, start, length] = [
        Array.from(this.#primary()),
        Number(this.#primary()),
        Number(this.#primary()),
      ];
      return start >= 1 && length > 0 ? text.slice(start - 1, start - 1 + length).join('') : '';
    }
    return name === '+' ? this.#next() : name;
  }
}

export const expr: Tool = async ({ args, output }) => {
  if (args.length === 0) throw new ToolError('missing operand');
  const value = new Expression(args).value();
  await output.print(`${value}\n`);
  return isTrue(value) ? 0 : 1;
};
