// SPDX-License-Identifier: Apache-2.0
// The benchmark command: compares interpreters in turns and writes results.md and results.json.
// Run it with Node itself: `node bench/run.ts --help`.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';

import { messageOf, UsageError } from './lib/errors.ts';
import {
  defaultInterpreters,
  defineInterpreters,
  findInterpreter,
  selectInterpreters,
} from './lib/interpreters.ts';
import { kHelp, parseOptions, type Options } from './lib/options.ts';
import { findPrograms, runPrograms } from './lib/programs-suite.ts';
import { markdown, problems, type Results, type Setting } from './lib/report.ts';
import { measureSizes, pyodideArtifacts, type Artifacts } from './lib/sizes.ts';
import { runStartup } from './lib/startup-suite.ts';

const kMisuse = 2;

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} x ${processors[0]?.model ?? 'unknown processor'} (${process.platform} ${process.arch})`;
}

/** Written beside and renamed, so that a run cut short leaves the last whole results. */
function writeFileWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function writeResults(folder: string, results: Results): void {
  mkdirSync(folder, { recursive: true });
  writeFileWhole(`${folder}/results.json`, `${JSON.stringify(results, null, 1)}\n`);
  writeFileWhole(`${folder}/results.md`, markdown(results));
}

function artifactsOf(options: Options, interpreters: readonly string[], bench: string): readonly Artifacts[] {
  const pyodide = interpreters.includes('pyodide') ? [pyodideArtifacts(bench)] : [];
  return [...options.artifacts, ...pyodide];
}

async function compare(options: Options, bench: string): Promise<Results> {
  const places = { node: options.node, bench, root: dirname(bench) };
  const known = defineInterpreters(defaultInterpreters(places), options.definitions);
  const interpreters = selectInterpreters(known, options.interpreters ?? known.map(({ name }) => name));
  const setting: Setting = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    node: process.version,
    interpreters: interpreters.map(({ name }) => name),
    baselines: options.baselines,
    rounds: options.rounds,
    repeats: options.repeats,
    entry: options.entry,
  };
  const { rounds, timeout_seconds } = options;
  let results: Results = { setting };
  const programs = findPrograms(bench, options.only);
  if (options.suites.includes('programs')) {
    const { repeats, entry } = options;
    const plan = { bench, programs, interpreters, rounds, repeats, entry, timeout_seconds };
    for await (const so_far of runPrograms(plan, progress)) {
      results = { ...results, programs: so_far };
      writeResults(options.out, results);
    }
  }
  if (options.suites.includes('startup')) {
    const meter = findInterpreter(known, 'native');
    const plan = { bench, interpreters, meter, rounds: 2 * rounds, timeout_seconds };
    results = { ...results, startup: await runStartup(plan, progress) };
    writeResults(options.out, results);
  }
  if (options.suites.includes('sizes')) {
    const sizes = artifactsOf(options, setting.interpreters, bench).flatMap((artifacts) => {
      progress(`sizes of ${artifacts.interpreter}`);
      return measureSizes(artifacts);
    });
    results = { ...results, sizes };
  }
  writeResults(options.out, results);
  return results;
}

async function main(parameters: readonly string[]): Promise<number> {
  const bench = import.meta.dirname;
  const defaults = { node: process.execPath, out: `${dirname(bench)}/build/bench` };
  try {
    const options = parseOptions(parameters, defaults);
    if (options.help) {
      process.stdout.write(kHelp);
      return 0;
    }
    const out = resolve(options.out);
    const results = await compare({ ...options, out }, bench);
    process.stdout.write(markdown(results));
    progress(`results are in ${out}`);
    const wrong = problems(results);
    for (const line of wrong) {
      progress(`bench: ${line}`);
    }
    return wrong.length === 0 ? 0 : 1;
  } catch (error) {
    progress(`bench: ${messageOf(error)}`);
    return error instanceof UsageError ? kMisuse : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
