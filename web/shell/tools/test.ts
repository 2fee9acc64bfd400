// SPDX-License-Identifier: Apache-2.0
// test and [: questions about texts, numbers and files.

import { fileType, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK } from '../../common/host-files.ts';
import type { HostStat } from '../../common/host-files.ts';
import type { Tool, ToolContext } from './tool.ts';
import { pathOf, ToolError } from './tool.ts';

const kBlockDevice = 0o060000;
const kDeepest = 100;

type FileQuestion = (stat: HostStat) => boolean;

const kFileQuestions: Readonly<Record<string, FileQuestion>> = {
  '-e': () => true,
  '-f': ({ mode }) => fileType(mode) === S_IFREG,
  '-d': ({ mode }) => fileType(mode) === S_IFDIR,
  '-s': ({ size }) => size > 0,
  '-p': ({ mode }) => fileType(mode) === S_IFIFO,
  '-c': ({ mode }) => fileType(mode) === S_IFCHR,
  '-b': ({ mode }) => fileType(mode) === kBlockDevice,
  '-S': ({ mode }) => fileType(mode) === S_IFSOCK,
  '-u': ({ mode }) => (mode & 0o4000) !== 0,
  '-g': ({ mode }) => (mode & 0o2000) !== 0,
  '-k': ({ mode }) => (mode & 0o1000) !== 0,
};
const kAccess: Readonly<Record<string, number>> = { '-r': 4, '-w': 2, '-x': 1 };
const kTextQuestions: Readonly<Record<string, (text: string) => boolean>> = {
  '-n': (text) => text !== '',
  '-z': (text) => text === '',
};
const kComparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '-eq': (left, right) => integer(left) === integer(right),
  '-ne': (left, right) => integer(left) !== integer(right),
  '-lt': (left, right) => integer(left) < integer(right),
  '-le': (left, right) => integer(left) <= integer(right),
  '-gt': (left, right) => integer(left) > integer(right),
  '-ge': (left, right) => integer(left) >= integer(right),
};

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new ToolError(`Illegal number: ${text}`);
  return BigInt(text.trim().replace(/^\+/, ''));
}

export const test: Tool = async (context) => {
  await Promise.resolve();
  const bracket = context.name.endsWith('[');
  if (bracket && context.args.at(-1) !== ']') throw new ToolError('missing ]');
  const args = bracket ? context.args.slice(0, -1) : context.args;
  return new Question(context, args).answer() ? 0 : 1;
};

class Question {
  readonly #context: ToolContext;
  readonly #args: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(context: ToolContext, args: readonly string[]) {
    this.#context = context;
    this.#args = args;
  }

  answer(): boolean {
    const { length } = this.#args;
    if (length === 0) return false;
    // Few arguments mean what POSIX says, whatever they look like.
    if (length === 1) return this.#args[0] !== '';
    if (length === 3 && this.#isBinary(1)) return this.#binary();
    const answer = this.#or();
    if (this.#at < length) throw new ToolError(`${this.#args[this.#at] ?? ''}: unexpected operator`);
    return answer;
  }

  #or(): boolean {
    let answer = this.#and();
    while (this.#accept('-o')) answer = this.#and() || answer;
    return answer;
  }

  #and(): boolean {
    let answer = this.#not();
    while (this.#accept('-a')) answer = this.#not() && answer;
    return answer;
  }

  #not(): boolean {
    if (++this.#depth > kDeepest) throw new ToolError('nested too deeply');
    const last = this.#at === this.#args.length - 1;
    const answer =
      !last && !this.#isBinary(this.#at + 1) && this.#accept('!') ? !this.#not() : this.#primary();
    --this.#depth;
    return answer;
  }

  #primary(): boolean {
    const arg = this.#args[this.#at];
    // What is missing is nothing.
    if (arg === undefined) return false;
    if (this.#isBinary(this.#at + 1) && this.#at + 2 < this.#args.length) return this.#binary();
    if (arg === '(' && this.#at + 1 < this.#args.length) {
      ++this.#at;
      const answer = this.#or();
      if (!this.#accept(')')) throw new ToolError('closing paren expected');
      return answer;
    }
    const next = this.#args[this.#at + 1];
    if (next !== undefined && isUnary(arg)) {
      this.#at += 2;
      return this.#unary(arg, next);
    }
    ++this.#at;
    return arg !== '';
  }

  #accept(text: string): boolean {
    if (this.#args[this.#at] !== text) return false;
    ++this.#at;
    return true;
  }

  #isBinary(at: number): boolean {
    const operator = this.#args[at] ?? '';
    return Object.hasOwn(kComparisons, operator) || ['-nt', '-ot', '-ef'].includes(operator);
  }

  #binary(): boolean {
    const [left = '', operator = '', right = ''] = this.#args.slice(this.#at, this.#at + 3);
    this.#at += 3;
    const compare = Object.hasOwn(kComparisons, operator) ? kComparisons[operator] : undefined;
    if (compare) return compare(left, right);
    const [one, other] = [this.#stat(left, true), this.#stat(right, true)];
    if (operator === '-ef')
      return one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;
    const [older, newer] = operator === '-nt' ? [other, one] : [one, other];
    return newer !== null && (older === null || older.mtimeNs < newer.mtimeNs);
  }

  #unary(operator: string, operand: string): boolean {
    const ofText = kTextQuestions[operator];
    if (ofText) return ofText(operand);
    // No descriptor of the shell says that it is a terminal.
    if (operator === '-t') return false;
    if (operator === '-h' || operator === '-L') {
      const link = this.#stat(operand, false);
      return link !== null && fileType(link.mode) === S_IFLNK;
    }
    const mode = kAccess[operator];
    if (mode !== undefined) return this.#mayAccess(operand, mode);
    const stat = this.#stat(operand, true);
    return stat !== null && (kFileQuestions[operator]?.(stat) ?? false);
  }

  #stat(path: string, follow: boolean): HostStat | null {
    const { files } = this.#context.host;
    if (path === '') return null;
    try {
      return follow ? files.stat(pathOf(this.#context, path)) : files.lstat(pathOf(this.#context, path));
    } catch {
      return null;
    }
  }

  #mayAccess(path: string, mode: number): boolean {
    try {
      this.#context.host.files.access(pathOf(this.#context, path), mode);
      return path !== '';
    } catch {
      return false;
    }
  }
}

function isUnary(operator: string): boolean {
  const more = ['-t', '-h', '-L'];
  return (
    [kFileQuestions, kTextQuestions, kAccess].some((table) => Object.hasOwn(table, operator)) ||
    more.includes(operator)
  );
}
