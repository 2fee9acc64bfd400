// SPDX-License-Identifier: Apache-2.0
// The suite of programs: every program on every interpreter, in turns, each time in a fresh process.

import { readdirSync } from 'node:fs';

import { UsageError } from './errors.ts';
import type { Interpreter } from './interpreters.ts';
import { commandLine, lastJsonLine, runOnce } from './process.ts';
import type { Rounds } from './statistics.ts';

export interface Sample {
  readonly program: string;
  readonly interpreter: string;
  readonly round: number;
  readonly seconds: readonly number[];
  readonly checksum: string;
  /** Version and `sys.platform` of the interpreter. */
  readonly python: string;
}

export interface Failure {
  readonly program: string;
  readonly interpreter: string;
  readonly round: number;
  readonly reason: string;
}

export interface ProgramResults {
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
}

export interface ProgramsPlan {
  /** The repository's `bench/`. */
  readonly bench: string;
  readonly programs: readonly string[];
  readonly interpreters: readonly Interpreter[];
  readonly rounds: number;
  readonly repeats: number;
  readonly entry: 'direct' | 'c';
  readonly timeout_seconds: number;
}

export function findPrograms(bench: string, only: readonly string[]): readonly string[] {
  const all = readdirSync(`${bench}/programs`)
    .filter((name) => name.endsWith('.py'))
    .map((name) => name.slice(0, -'.py'.length))
    .sort();
  const unknown = only.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no program is called '${unknown}'; there are ${all.join(', ')}`);
  }
  return only.length === 0 ? all : all.filter((name) => only.includes(name));
}

/** What the harness printed, checked field by field. */
export function parseHarnessLine(
  value: unknown,
): Pick<Sample, 'seconds' | 'checksum' | 'python'> | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { seconds, checksum, python, platform } = value as Partial<Record<string, unknown>>;
  const times: unknown[] = Array.isArray(seconds) ? seconds : [];
  if (times.length === 0 || !times.every((time) => typeof time === 'number' && time > 0)) {
    return undefined;
  }
  if (typeof checksum !== 'string' || typeof python !== 'string' || typeof platform !== 'string') {
    return undefined;
  }
  return { seconds: times as number[], checksum, python: `${python} ${platform}` };
}

/** The interpreters in the order of one round: everyone is first equally often. */
export function turnOrder<T>(interpreters: readonly T[], round: number): readonly T[] {
  const first = round % Math.max(interpreters.length, 1);
  return [...interpreters.slice(first), ...interpreters.slice(0, first)];
}

async function runProgram(
  plan: ProgramsPlan,
  program: string,
  interpreter: Interpreter,
  round: number,
): Promise<Sample | Failure> {
  const line = commandLine(interpreter.command, [
    `${plan.bench}/harness.py`,
    `${plan.bench}/programs/${program}.py`,
    '--repeats',
    String(plan.repeats),
    '--entry',
    plan.entry,
  ]);
  const about = { program, interpreter: interpreter.name, round };
  const outcome = await runOnce(line, plan.timeout_seconds);
  if (outcome.kind === 'failed') {
    return { ...about, reason: outcome.reason };
  }
  const result = parseHarnessLine(lastJsonLine(outcome.stdout));
  return result === undefined
    ? { ...about, reason: "its last line is not the harness's" }
    : { ...about, ...result };
}

function describe(result: Sample | Failure): string {
  return 'reason' in result
    ? `${result.interpreter} FAILED (${result.reason})`
    : `${result.interpreter} ${(Math.min(...result.seconds) * 1000).toFixed(0)} ms`;
}

/** Yields the results so far after every round, so that they can be kept if the run is cut short. */
export async function* runPrograms(
  plan: ProgramsPlan,
  report: (line: string) => void,
): AsyncGenerator<ProgramResults> {
  const samples: Sample[] = [];
  const failures: Failure[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [index, program] of plan.programs.entries()) {
      const results: string[] = [];
      for (const interpreter of turnOrder(plan.interpreters, round + index)) {
        const result = await runProgram(plan, program, interpreter, round);
        if ('reason' in result) {
          failures.push(result);
        } else {
          samples.push(result);
        }
        results.push(describe(result));
      }
      const place = `round ${round + 1}/${plan.rounds}, program ${index + 1}/${plan.programs.length}`;
      report(`${place}: ${program}: ${results.join(', ')}`);
    }
    yield { samples: [...samples], failures: [...failures] };
  }
}

export function roundsOf(samples: readonly Sample[], program: string, interpreter: string): Rounds {
  const chosen = samples.filter((sample) => sample.program === program && sample.interpreter === interpreter);
  return new Map(chosen.map((sample) => [sample.round, sample.seconds]));
}

/** One line for each program whose interpreters do not agree on the checksum. */
export function checksumMismatches(samples: readonly Sample[]): readonly string[] {
  const byProgram = Map.groupBy(samples, (sample) => sample.program);
  return [...byProgram].flatMap(([program, group]) => {
    const byChecksum = Map.groupBy(group, (sample) => sample.checksum);
    if (byChecksum.size === 1) {
      return [];
    }
    const sides = [...byChecksum].map(([checksum, same]) => {
      const names = new Set(same.map((sample) => sample.interpreter));
      return `${[...names].join(', ')} say ${checksum}`;
    });
    return [`checksums of ${program} differ: ${sides.join('; ')}`];
  });
}
