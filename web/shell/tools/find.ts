// SPDX-License-Identifier: Apache-2.0
// find: walks folders. Tests -name -iname -path -type -size -empty -newer -maxdepth -mindepth, ! ( ) -a -o, and what to
// do: -print -print0 -delete -exec … \; or +, -prune.

import type { HostStat } from '../../common/host-files.ts';
import { fileType, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK } from '../../common/host-files.ts';
import { joinPath } from '../../common/path-text.ts';
import { Pattern } from '../patterns.ts';
import { runOther } from './run-others.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complainOf, pathOf, ToolError } from './tool.ts';

interface Visit {
  readonly path: string;
  readonly full: string;
  readonly stat: HostStat;
  readonly depth: number;
  prune: boolean;
}

type Test = (visit: Visit) => Promise<boolean> | boolean;

const kTypes: Readonly<Record<string, number>> = {
  ...{ f: S_IFREG, d: S_IFDIR, l: S_IFLNK, c: S_IFCHR, p: S_IFIFO, s: S_IFSOCK },
};
const kUnits: Readonly<Record<string, number>> = {
  c: 1,
  w: 2,
  b: 512,
  '': 512,
  k: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
};
const kDeepest = 100;

export const find: Tool = async (context) => {
  const args = [...context.args];
  const roots: string[] = [];
  while (args.length > 0 && !/^[-!(),]/.test(args[0] ?? '')) roots.push(args.shift() ?? '');
  const expression = new FindExpression(context, args);
  const test = expression.parse();
  let status = 0;
  for (const root of roots.length > 0 ? roots : ['.'])
    status = Math.max(status, await walk(context, root, expression, test));
  return Math.max(status, await expression.finish());
};

async function walk(
  context: ToolContext,
  root: string,
  expression: FindExpression,
  test: Test,
): Promise<number> {
  const { files } = context.host;
  const left: { readonly path: string; readonly depth: number; readonly tested: Visit | null }[] = [];
  left.push({ path: root, depth: 0, tested: null });
  let status = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { path, depth } = next;
    await context.guard(context.breath.take());
    try {
      if (next.tested) {
        await test(next.tested);
        continue;
      }
      const full = pathOf(context, path);
      const visit: Visit = { path, full, stat: files.lstat(full), depth, prune: false };
      const inside = fileType(visit.stat.mode) === S_IFDIR && depth < expression.maxDepth;
      const counts = depth >= expression.minDepth;
      if (counts && !expression.depthFirst) await test(visit);
      if (counts && expression.depthFirst) left.push({ path, depth, tested: visit });
      if (!inside || visit.prune) continue;
      for (const { name } of files.readdir(full).reverse())
        left.push({ path: joinPath(path, name), depth: depth + 1, tested: null });
    } catch (error) {
      if (error instanceof ToolError) throw error;
      await complainOf(context, path, error);
      status = 1;
    }
  }
  return status;
}

class FindExpression {
  readonly #context: ToolContext;
  readonly #args: readonly string[];
  #at = 0;
  #depth = 0;
  #acts = false;
  maxDepth = Infinity;
  minDepth = 0;
  depthFirst = false;
  /** What -exec … + has collected. */
  readonly #collected: { readonly argv: readonly string[]; readonly paths: string[] }[] = [];

  constructor(context: ToolContext, args: readonly string[]) {
    this.#context = context;
    this.#args = args;
  }

  parse(): Test {
    const test: Test = this.#args.length === 0 ? () => true : this.#or();
    if (this.#at < this.#args.length)
      throw new ToolError(`paths must precede expression: '${this.#peek()}'`, 1);
    if (this.#acts) return test;
    return async (visit) => (await test(visit)) && this.#print(visit, '\n');
  }

  async finish(): Promise<number> {
    let status = 0;
    for (const { argv, paths } of this.#collected) {
      if (paths.length > 0 && (await runOther(this.#context, [...argv, ...paths])) !== 0) status = 1;
    }
    return status;
  }

  #peek(): string {
    return this.#args[this.#at] ?? '';
  }

  #accept(...texts: readonly string[]): boolean {
    if (this.#at >= this.#args.length || !texts.includes(this.#peek())) return false;
    ++this.#at;
    return true;
  }

  #value(name: string): string {
    const value = this.#args[this.#at++];
    if (value === undefined) throw new ToolError(`missing argument to '${name}'`, 1);
    return value;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#accept('-o', '-or')) {
      const [one, other] = [left, this.#and()];
      left = async (visit) => (await one(visit)) || other(visit);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    while (this.#at < this.#args.length && !['-o', '-or', ')'].includes(this.#peek())) {
      this.#accept('-a', '-and');
      const [one, other] = [left, this.#not()];
      left = async (visit) => (await one(visit)) && other(visit);
    }
    return left;
  }

  #not(): Test {
    if (++this.#depth > kDeepest) throw new ToolError('nested too deeply', 1);
    let test: Test;
    if (this.#accept('!', '-not')) {
      const inner = this.#not();
      test = async (visit) => !(await inner(visit));
    } else if (this.#accept('(')) {
      test = this.#or();
      if (!this.#accept(')')) throw new ToolError("expected ')'", 1);
    } else test = this.#primary(this.#value('expression'));
    --this.#depth;
    return test;
  }

  #primary(name: string): Test {
    switch (name) {
      case '-name':
        return nameTest(this.#value(name), false);
      case '-iname':
        return nameTest(this.#value(name), true);
      case '-path':
      case '-wholename': {
        const pattern = new Pattern(this.#value(name));
        return ({ path }) => pattern.matches(path);
      }
      case '-type':
        return typeTest(this.#value(name));
      case '-size':
        return sizeTest(this.#value(name));
      case '-empty':
        return (visit) => this.#isEmpty(visit);
      case '-newer': {
        const { mtimeNs } = this.#context.host.files.stat(pathOf(this.#context, this.#value(name)));
        return ({ stat }) => stat.mtimeNs > mtimeNs;
      }
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      default:
        return this.#option(name) ?? this.#action(name);
    }
  }

  #option(name: string): Test | null {
    if (name === '-maxdepth') this.maxDepth = this.#number(name);
    else if (name === '-mindepth') this.minDepth = this.#number(name);
    else if (name === '-depth') this.depthFirst = true;
    else return null;
    return () => true;
  }

  #number(name: string): number {
    const text = this.#value(name);
    if (!/^\d{1,9}$/.test(text)) throw new ToolError(`invalid argument '${text}' to '${name}'`, 1);
    return Number(text);
  }

  #action(name: string): Test {
    if (name === '-prune')
      return (visit) => {
        visit.prune = true;
        return true;
      };
    this.#acts = true;
    if (name === '-print') return (visit) => this.#print(visit, '\n');
    if (name === '-print0') return (visit) => this.#print(visit, '\0');
    if (name === '-exec') return this.#exec();
    if (name !== '-delete') throw new ToolError(`unknown predicate '${name}'`, 1);
    this.depthFirst = true;
    return ({ full, stat }) => {
      const { files } = this.#context.host;
      if (fileType(stat.mode) === S_IFDIR) files.rmdir(full);
      else files.unlink(full);
      return true;
    };
  }

  #exec(): Test {
    const argv: string[] = [];
    for (;;) {
      const word = this.#value('-exec');
      if (word === ';') break;
      if (word === '+' && argv.at(-1) === '{}') {
        const paths: string[] = [];
        this.#collected.push({ argv: argv.slice(0, -1), paths });
        return ({ path }) => paths.push(path) > 0;
      }
      argv.push(word);
    }
    if (argv.length === 0) throw new ToolError("missing argument to '-exec'", 1);
    return async ({ path }) => {
      const words = argv.map((word) => word.replaceAll('{}', () => path));
      return (await runOther(this.#context, words)) === 0;
    };
  }

  async #print({ path }: Visit, end: string): Promise<boolean> {
    await this.#context.output.print(path + end);
    return true;
  }

  #isEmpty({ full, stat }: Visit): boolean {
    const type = fileType(stat.mode);
    if (type === S_IFDIR) return this.#context.host.files.readdir(full).length === 0;
    return type === S_IFREG && stat.size === 0;
  }
}

function nameTest(text: string, ignoreCase: boolean): Test {
  const fold = (name: string): string => (ignoreCase ? name.toLowerCase() : name);
  const pattern = new Pattern(fold(text));
  return ({ path }) => {
    const bare = path.replace(/(?<=.)\/+$/, '');
    return pattern.matches(fold(bare.slice(bare === '/' ? 0 : bare.lastIndexOf('/') + 1)));
  };
}

function typeTest(letters: string): Test {
  const types = letters.split(',').map((letter) => kTypes[letter]);
  if (types.includes(undefined)) throw new ToolError(`Unknown argument to -type: ${letters}`, 1);
  return ({ stat }) => types.includes(fileType(stat.mode));
}

function sizeTest(text: string): Test {
  const [all, sign = '', digits = '', unit = ''] = /^([-+]?)(\d{1,15})([cwbkMG]?)$/.exec(text) ?? [];
  if (all === undefined) throw new ToolError(`Invalid argument '${text}' to -size`, 1);
  return ({ stat }) => {
    const size = Math.ceil(stat.size / (kUnits[unit] ?? 1));
    return sign === '+'
      ? size > Number(digits)
      : sign === '-'
        ? size < Number(digits)
        : size === Number(digits);
  };
}
