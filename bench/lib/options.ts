// SPDX-License-Identifier: Apache-2.0
// The command line of the benchmark.

import { parseArgs } from 'node:util';

import { messageOf, UsageError } from './errors.ts';
import type { Interpreter } from './interpreters.ts';

export const kSuites = ['programs', 'startup', 'sizes'] as const;
export type Suite = (typeof kSuites)[number];

export interface Options {
  readonly help: boolean;
  readonly only: readonly string[];
  readonly suites: readonly Suite[];
  /** Names to compare; undefined for all that are known. */
  readonly interpreters: readonly string[] | undefined;
  readonly definitions: readonly Interpreter[];
  readonly artifacts: readonly { readonly interpreter: string; readonly folder: string }[];
  readonly baselines: readonly string[];
  readonly rounds: number;
  readonly repeats: number;
  readonly entry: 'direct' | 'c';
  readonly timeout_seconds: number;
  readonly node: string;
  readonly out: string;
}

export const kHelp = `Compare Python interpreters side by side, in turns, in one run.

  node bench/run.ts --quick
  node bench/run.ts --only nbody,richards --interpreters node,pyodide
  node bench/run.ts --interpreter old='node old/host/node.mjs old/' --interpreters node,old --baseline old

  --only NAMES             programs to run, separated by commas (default: all)
  --suites NAMES           of ${kSuites.join(', ')} (default: all)
  --interpreters NAMES     which to compare (default: native,node,wasi,pyodide and those defined here)
  --interpreter NAME=CMD   how to start one, in shell words; may be given again
  --artifacts NAME=FOLDER  where one has its .wasm, .zip, .js and .mjs files, for the sizes; may be given again
  --baseline NAMES         what ratios are made against (default: pyodide,native)
  --rounds N               fresh processes for each program and interpreter (default: 5)
  --repeats N              timed runs in each process, after one to warm up (default: 3)
  --quick                  one round of one timed run
  --entry direct|c         how the harness calls a program (default: direct; see harness.py)
  --timeout SECONDS        for one process (default: 300)
  --node PATH              the Node that runs Pyodide (default: this one)
  --out FOLDER             where results.md and results.json go (default: build/bench)
  --help
`;

const kOptionTable = {
  only: { type: 'string' },
  suites: { type: 'string' },
  interpreters: { type: 'string' },
  interpreter: { type: 'string', multiple: true },
  artifacts: { type: 'string', multiple: true },
  baseline: { type: 'string' },
  rounds: { type: 'string' },
  repeats: { type: 'string' },
  quick: { type: 'boolean' },
  entry: { type: 'string' },
  timeout: { type: 'string' },
  node: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function names(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function positiveInteger(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`--${option} is '${text}'; give a whole number of at least 1`);
  }
  return value;
}

function assignment(option: string, text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1 || equals === text.length - 1) {
    throw new UsageError(`--${option} is '${text}'; give NAME=VALUE`);
  }
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function suites(text: string | undefined): readonly Suite[] {
  const wanted = names(text);
  const unknown = wanted.find((name) => !kSuites.some((suite) => suite === name));
  if (unknown !== undefined) {
    throw new UsageError(`no suite is called '${unknown}'; there are ${kSuites.join(', ')}`);
  }
  return wanted.length === 0 ? kSuites : kSuites.filter((suite) => wanted.includes(suite));
}

function entry(text: string): 'direct' | 'c' {
  if (text !== 'direct' && text !== 'c') {
    throw new UsageError(`--entry is '${text}'; give direct or c`);
  }
  return text;
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({ args: [...parameters], options: kOptionTable, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}; see --help`);
  }
}

export function parseOptions(
  parameters: readonly string[],
  defaults: { node: string; out: string },
): Options {
  const values = parse(parameters);
  const few = values.quick === true;
  return {
    help: values.help === true,
    only: names(values.only),
    suites: suites(values.suites),
    interpreters: values.interpreters === undefined ? undefined : names(values.interpreters),
    definitions: (values.interpreter ?? []).map((text) => {
      const [name, command] = assignment('interpreter', text);
      return { name, command };
    }),
    artifacts: (values.artifacts ?? []).map((text) => {
      const [interpreter, folder] = assignment('artifacts', text);
      return { interpreter, folder };
    }),
    baselines: names(values.baseline ?? 'pyodide,native'),
    rounds: positiveInteger('rounds', values.rounds ?? (few ? '1' : '5')),
    repeats: positiveInteger('repeats', values.repeats ?? (few ? '1' : '3')),
    entry: entry(values.entry ?? 'direct'),
    timeout_seconds: positiveInteger('timeout', values.timeout ?? '300'),
    node: values.node ?? defaults.node,
    out: values.out ?? defaults.out,
  };
}
