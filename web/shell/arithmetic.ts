// SPDX-License-Identifier: Apache-2.0
// $((…)): C's expressions over 64-bit integers. What is not reached (behind &&, || and ?:) is read but has no effect.

import { ShellError } from './leaving.ts';

/** Where names get and keep their values. */
export interface ArithmeticVariables {
  get(name: string): string;
  set(name: string, value: string): void;
}

export class ArithmeticError extends ShellError {}

const kDeepest = 100;
const kToken =
  /\s*(0[xX][0-9a-fA-F]+|[0-9]+|[A-Za-z_]\w*|<<=|>>=|&&|\|\||<<|>>|[<>=!]=|[-+*/%&^|]=|[-+*/%&^|<>=!~?:()])/y;
const kAssignment = /^(?:[-+*/%&^|]|<<|>>)?=$/;

type Operation = (left: bigint, right: bigint) => bigint;

const flag = (value: boolean): bigint => (value ? 1n : 0n);

/** From the loosest to the tightest; && and || are read elsewhere. */
const kLevels: readonly Readonly<Record<string, Operation>>[] = [
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  { '==': (a, b) => flag(a === b), '!=': (a, b) => flag(a !== b) },
  {
    '<': (a, b) => flag(a < b),
    '>': (a, b) => flag(a > b),
    '<=': (a, b) => flag(a <= b),
    '>=': (a, b) => flag(a >= b),
  },
  { '<<': (a, b) => a << (b & 63n), '>>': (a, b) => a >> (b & 63n) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': divide, '%': remainder },
];

export function evaluateArithmetic(text: string, variables: ArithmeticVariables): bigint {
  return new Evaluation(text, variables).all();
}

class Evaluation {
  readonly #text: string;
  readonly #variables: ArithmeticVariables;
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;
  /** What is read is not to have effects. */
  #idle = 0;

  constructor(text: string, variables: ArithmeticVariables) {
    this.#text = text;
    this.#variables = variables;
    this.#tokens = this.#cut(text);
  }

  all(): bigint {
    if (this.#tokens.length === 0) return 0n;
    try {
      const value = this.#assignment();
      if (this.#at < this.#tokens.length) throw new ArithmeticError('expecting EOF');
      return value;
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error;
      throw new ArithmeticError(`arithmetic expression: ${error.message}: "${this.#text}"`);
    }
  }

  #cut(text: string): string[] {
    const tokens: string[] = [];
    const end = text.trimEnd().length;
    kToken.lastIndex = 0;
    while (kToken.lastIndex < end) {
      const token = kToken.exec(text)?.[1];
      if (token === undefined)
        throw new ArithmeticError(`arithmetic expression: expecting primary: "${text}"`);
      tokens.push(token);
    }
    return tokens;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    ++this.#at;
    return true;
  }

  #skipped<T>(skip: boolean, read: () => T): T {
    if (skip) ++this.#idle;
    const value = read();
    if (skip) --this.#idle;
    return value;
  }

  #assignment(): bigint {
    if (++this.#depth > kDeepest) throw new ArithmeticError('nested too deeply');
    const value = this.#maybeAssignment();
    --this.#depth;
    return value;
  }

  #maybeAssignment(): bigint {
    const name = this.#tokens[this.#at] ?? '';
    const operator = this.#tokens[this.#at + 1] ?? '';
    if (!/^[A-Za-z_]/.test(name) || !kAssignment.test(operator)) return this.#condition();
    this.#at += 2;
    const right = this.#assignment();
    const value = operator === '=' ? right : this.#apply(operator.slice(0, -1), this.#variable(name), right);
    if (this.#idle === 0) this.#variables.set(name, value.toString());
    return value;
  }

  #condition(): bigint {
    const test = this.#or();
    if (!this.#accept('?')) return test;
    const yes = this.#skipped(test === 0n, () => this.#assignment());
    if (!this.#accept(':')) throw new ArithmeticError("expecting ':'");
    const no = this.#skipped(test !== 0n, () => this.#assignment());
    return test === 0n ? no : yes;
  }

  #or(): bigint {
    let left = this.#and();
    while (this.#accept('||')) {
      const right = this.#skipped(left !== 0n, () => this.#and());
      left = flag(left !== 0n || right !== 0n);
    }
    return left;
  }

  #and(): bigint {
    let left = this.#binary(0);
    while (this.#accept('&&')) {
      const right = this.#skipped(left === 0n, () => this.#binary(0));
      left = flag(left !== 0n && right !== 0n);
    }
    return left;
  }

  #binary(level: number): bigint {
    const operations = kLevels[level];
    if (!operations) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#tokens[this.#at] ?? '';
      if (!Object.hasOwn(operations, operator)) return left;
      ++this.#at;
      left = this.#apply(operator, left, this.#binary(level + 1));
    }
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
    if (this.#idle > 0) return 0n;
    for (const operations of kLevels) {
      const operation = Object.hasOwn(operations, operator) ? operations[operator] : undefined;
      if (operation) return BigInt.asIntN(64, operation(left, right));
    }
    throw new ArithmeticError(`unknown operator ${operator}`);
  }

  #unary(): bigint {
    if (++this.#depth > kDeepest) throw new ArithmeticError('nested too deeply');
    let value: bigint;
    if (this.#accept('-')) value = BigInt.asIntN(64, -this.#unary());
    else if (this.#accept('+')) value = this.#unary();
    else if (this.#accept('!')) value = flag(this.#unary() === 0n);
    else if (this.#accept('~')) value = ~this.#unary();
    else value = this.#primary();
    --this.#depth;
    return value;
  }

  #primary(): bigint {
    if (this.#accept('(')) {
      const value = this.#assignment();
      if (!this.#accept(')')) throw new ArithmeticError("expecting ')'");
      return value;
    }
    const token = this.#tokens[this.#at] ?? '';
    if (!/^\w/.test(token)) throw new ArithmeticError('expecting primary');
    ++this.#at;
    return /^\d/.test(token) ? number(token) : this.#variable(token);
  }

  #variable(name: string): bigint {
    const text = this.#variables.get(name).trim();
    const [, sign, digits = ''] = /^([-+]?)(\w+)$/.exec(text) ?? [];
    if (text === '') return 0n;
    if (!/^\d/.test(digits)) throw new ArithmeticError(`Illegal number: ${text}`);
    return sign === '-' ? -number(digits) : number(digits);
  }
}

function number(token: string): bigint {
  try {
    return BigInt.asIntN(64, BigInt(/^0[0-9]/.test(token) ? `0o${token}` : token));
  } catch {
    throw new ArithmeticError(`Illegal number: ${token}`);
  }
}

function divide(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new ArithmeticError('division by zero');
  return left / right;
}

function remainder(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new ArithmeticError('division by zero');
  return left % right;
}
