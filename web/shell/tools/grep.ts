// SPDX-License-Identifier: Apache-2.0
// grep: lines that match.

import { fileType, S_IFDIR } from '../../common/host-files.ts';
import { joinPath } from '../../common/path-text.ts';
import { readFileText } from '../files.ts';
import { isFolder } from '../programs.ts';
import type { ByteSource } from '../streams.ts';
import { LineReader } from '../streams.ts';
import { withInput } from './inputs.ts';
import type { Options } from './options.ts';
import { parseCount, parseOptions } from './options.ts';
import type { Syntax } from './regex.ts';
import { compileRegex } from './regex.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complainOf, pathOf, ToolError } from './tool.ts';

const kSpec = {
  letters: 'ivncqrRElLFGowxsHhe:f:m:A:B:C:aI',
  long: {
    ...{ 'ignore-case': 'i', 'invert-match': 'v', 'line-number': 'n', count: 'c', quiet: 'q', silent: 'q' },
    ...{ recursive: 'r', 'extended-regexp': 'E', 'files-with-matches': 'l', 'files-without-match': 'L' },
    ...{ 'fixed-strings': 'F', 'only-matching': 'o', 'word-regexp': 'w', 'line-regexp': 'x', regexp: 'e' },
    ...{ 'no-messages': 's', 'with-filename': 'H', 'no-filename': 'h', 'max-count': 'm', file: 'f' },
  },
};

interface Search {
  readonly expressions: readonly RegExp[];
  readonly options: Options;
  readonly before: number;
  readonly after: number;
  readonly most: number;
  readonly named: boolean;
}

export const grep: Tool = (context) => runGrep(context, 'basic');
export const egrep: Tool = (context) => runGrep(context, 'extended');
export const fgrep: Tool = (context) => runGrep(context, 'fixed');

/** 0 when something was found, 1 when nothing, 2 when something could not be read. */
async function runGrep(context: ToolContext, otherwise: Syntax): Promise<number> {
  const options = parseOptions(context.args, kSpec);
  const operands = [...options.operands];
  const patterns = await patternsOf(context, options, operands);
  const syntax = options.has('F') ? 'fixed' : options.has('E') ? 'extended' : otherwise;
  const recursive = options.has('r') || options.has('R');
  const wholes = { x: { within: 'line' }, w: { within: 'word' }, '': {} } as const;
  const within = wholes[options.has('x') ? 'x' : options.has('w') ? 'w' : ''];
  const flags = { ignoreCase: options.has('i'), global: true, ...within } as const;
  const lines = (letter: string) =>
    options.has('o') ? 0 : parseCount(options.value(letter) ?? options.value('C') ?? '0', 'context length');
  const names = operands.length > 0 ? operands : [recursive ? '.' : '-'];
  const search: Search = {
    expressions: patterns.map((pattern) => compileRegex(pattern, syntax, flags)),
    options,
    ...{ before: lines('B'), after: lines('A') },
    most: options.has('m') ? parseCount(options.value('m') ?? '', 'max count') : Infinity,
    named: options.has('H') || (!options.has('h') && (names.length > 1 || recursive)),
  };
  const files = recursive ? names.flatMap((name) => filesBelow(context, name)) : names;
  return searchAll(context, files, search);
}

async function searchAll(context: ToolContext, files: readonly string[], search: Search): Promise<number> {
  let found = false;
  let failed = false;
  for (const name of files) {
    try {
      const matches = await withInput(context, name, (source) =>
        new FileSearch(context, name, search).run(source),
      );
      found ||= matches;
    } catch (error) {
      if (error instanceof ToolError || !(error instanceof Error && 'code' in error)) throw error;
      if (!search.options.has('s')) await complainOf(context, name, error);
      failed = true;
    }
    if (found && search.options.has('q')) return 0;
  }
  return failed ? 2 : found ? 0 : 1;
}

/** -e, -f, or the first operand, which is taken away. */
async function patternsOf(context: ToolContext, options: Options, operands: string[]): Promise<string[]> {
  const patterns = options.values('e').flatMap((pattern) => pattern.split('\n'));
  for (const name of options.values('f')) {
    const text = await readFileText(context.host, pathOf(context, name));
    if (text === null) throw new ToolError(`${name}: No such file or directory`);
    if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  if (options.has('e') || options.has('f')) return patterns;
  const pattern = operands.shift();
  if (pattern === undefined) throw new ToolError('usage: grep [OPTION]... PATTERNS [FILE]...');
  return pattern.split('\n');
}

function filesBelow(context: ToolContext, name: string): string[] {
  if (!isFolder(context.host, pathOf(context, name))) return [name];
  const found: string[] = [];
  const folders = [name];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of context.host.files.readdir(pathOf(context, folder))) {
      const path =
        name === '.' && context.args.every((arg) => arg !== '.') && folder === '.'
          ? entry.name
          : joinPath(folder, entry.name);
      (fileType(entry.mode) === S_IFDIR ? folders : found).push(path);
    }
  }
  return found;
}

class FileSearch {
  readonly #context: ToolContext;
  readonly #search: Search;
  readonly #name: string;
  #number = 0;
  #count = 0;
  #lastPrinted = 0;
  #before: string[] = [];
  #afterLeft = 0;

  constructor(context: ToolContext, name: string, search: Search) {
    this.#context = context;
    this.#search = search;
    this.#name = name === '-' ? '(standard input)' : name;
  }

  /** Whether there was a line that counts. */
  async run(source: ByteSource): Promise<boolean> {
    const { options, most } = this.#search;
    const reader = new LineReader(source);
    const decides = options.has('q') || options.has('l') || options.has('L');
    for (let batch = await reader.next(); batch; batch = await reader.next()) {
      for (const line of batch) {
        if (this.#count >= most && this.#afterLeft === 0) return this.#summary();
        await this.#line(line);
        if (decides && this.#count > 0) return this.#summary();
      }
    }
    return this.#summary();
  }

  async #summary(): Promise<boolean> {
    const { options, named } = this.#search;
    const { output } = this.#context;
    const found = this.#count > 0;
    if (options.has('q')) return found;
    if (options.has('l') || options.has('L')) {
      const wanted = options.has('l') === found;
      if (wanted) await output.print(`${this.#name}\n`);
      return wanted;
    }
    if (options.has('c')) await output.print(`${named ? `${this.#name}:` : ''}${this.#count}\n`);
    return found;
  }

  async #line(line: string): Promise<void> {
    const { expressions, options, most } = this.#search;
    ++this.#number;
    const matches = this.#count < most && expressions.some((expression) => matchesAt(expression, line));
    if (matches === options.has('v')) {
      await this.#other(line);
      return;
    }
    ++this.#count;
    if (['q', 'l', 'L', 'c'].some((letter) => options.has(letter))) return;
    await this.#gap(this.#before.length);
    for (const [index, earlier] of this.#before.entries())
      await this.#print(earlier, '-', this.#number - this.#before.length + index);
    this.#before = [];
    this.#afterLeft = this.#search.after;
    if (!options.has('o')) await this.#print(line, ':', this.#number);
    else if (!options.has('v')) await this.#onlyMatches(line);
  }

  /** A line that does not match may stand around one that does. */
  async #other(line: string): Promise<void> {
    if (this.#afterLeft > 0) {
      --this.#afterLeft;
      await this.#print(line, '-', this.#number);
    } else if (this.#search.before > 0) {
      this.#before.push(line);
      if (this.#before.length > this.#search.before) this.#before.shift();
    }
  }

  async #gap(before: number): Promise<void> {
    const around = this.#search.before + this.#search.after > 0;
    const next = this.#number - before;
    if (around && this.#lastPrinted > 0 && next > this.#lastPrinted + 1)
      await this.#context.output.print('--\n');
  }

  async #onlyMatches(line: string): Promise<void> {
    for (const expression of this.#search.expressions) {
      expression.lastIndex = 0;
      for (const [text] of line.matchAll(expression))
        if (text !== '') await this.#print(text, ':', this.#number);
    }
  }

  async #print(line: string, sign: string, number: number): Promise<void> {
    const { options, named } = this.#search;
    const name = named ? this.#name + sign : '';
    this.#lastPrinted = number;
    await this.#context.output.print(`${name}${options.has('n') ? `${number}${sign}` : ''}${line}\n`);
  }
}

function matchesAt(expression: RegExp, line: string): boolean {
  expression.lastIndex = 0;
  return expression.test(line);
}
