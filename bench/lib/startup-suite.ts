// SPDX-License-Identifier: Apache-2.0
// The start-up suite: whole processes, from start to first line and to the end, and their peak memory.

import type { Interpreter } from './interpreters.ts';
import { commandLine, lastJsonLine, runOnce } from './process.ts';
import { turnOrder } from './programs-suite.ts';

export interface StartupCase {
  readonly name: string;
  /** What a `python` is given. */
  readonly parameters: readonly string[];
}

export interface StartupSample {
  readonly name: string;
  readonly interpreter: string;
  readonly round: number;
  /** Seconds to the first line of output; undefined where nothing was written. */
  readonly firstLine: number | undefined;
  readonly total: number;
  readonly peakBytes: number;
  /** Peaks up to here cannot be told apart (see measure.py). */
  readonly floorBytes: number;
}

export interface StartupFailure {
  readonly name: string;
  readonly interpreter: string;
  readonly round: number;
  readonly reason: string;
}

export interface StartupResults {
  readonly samples: readonly StartupSample[];
  readonly failures: readonly StartupFailure[];
}

export interface StartupPlan {
  readonly bench: string;
  readonly interpreters: readonly Interpreter[];
  /** The native interpreter, which runs measure.py. */
  readonly meter: Interpreter;
  readonly rounds: number;
  readonly timeout_seconds: number;
}

export function startupCases(bench: string): readonly StartupCase[] {
  const program = (name: string): readonly string[] => [
    `${bench}/harness.py`,
    `${bench}/programs/${name}.py`,
    '--repeats',
    '1',
  ];
  return [
    { name: '-c pass', parameters: ['-c', 'pass'] },
    { name: '-c print(1)', parameters: ['-c', 'print(1)'] },
    { name: 'imports', parameters: ['-c', 'import argparse, dataclasses, json, random, re; print(1)'] },
    // not for its time: a heap of many objects, for the peak
    { name: 'float_objects', parameters: program('float_objects') },
  ];
}

type Measured = Pick<StartupSample, 'firstLine' | 'total' | 'peakBytes' | 'floorBytes'>;

/** What measure.py printed; a reason where the command it ran failed or the line is not its own. */
export function parseMeasureLine(value: unknown): Measured | string {
  if (typeof value !== 'object' || value === null) {
    return 'measure.py printed no result';
  }
  const { firstLine, total, exitCode, peakBytes, floorBytes } = value as Partial<Record<string, unknown>>;
  if (typeof total !== 'number' || typeof peakBytes !== 'number' || typeof floorBytes !== 'number') {
    return 'measure.py printed an incomplete result';
  }
  if (exitCode !== 0) {
    return `exit code ${String(exitCode)}`;
  }
  return { firstLine: typeof firstLine === 'number' ? firstLine : undefined, total, peakBytes, floorBytes };
}

/** Refuses to start where measure.py cannot run: every figure would be missing. */
async function checkMeter(plan: StartupPlan): Promise<void> {
  const line = commandLine(plan.meter.command, [`${plan.bench}/measure.py`, 'true']);
  const outcome = await runOnce(line, plan.timeout_seconds);
  const result = outcome.kind === 'failed' ? outcome.reason : parseMeasureLine(lastJsonLine(outcome.stdout));
  if (typeof result === 'string') {
    throw new Error(
      `cannot measure processes with '${plan.meter.command}' (${result}); ` +
        'give a native Python with --interpreter native=COMMAND, or leave out the startup suite with --suites',
    );
  }
}

async function measureOnce(
  plan: StartupPlan,
  startup_case: StartupCase,
  interpreter: Interpreter,
): Promise<Measured | string> {
  const measured = commandLine(interpreter.command, startup_case.parameters);
  const line = commandLine(plan.meter.command, [`${plan.bench}/measure.py`, ...measured]);
  const outcome = await runOnce(line, plan.timeout_seconds);
  return outcome.kind === 'failed' ? outcome.reason : parseMeasureLine(lastJsonLine(outcome.stdout));
}

export async function runStartup(plan: StartupPlan, report: (line: string) => void): Promise<StartupResults> {
  await checkMeter(plan);
  const samples: StartupSample[] = [];
  const failures: StartupFailure[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const startup_case of startupCases(plan.bench)) {
      const results: string[] = [];
      for (const interpreter of turnOrder(plan.interpreters, round)) {
        const about = { name: startup_case.name, interpreter: interpreter.name, round };
        const result = await measureOnce(plan, startup_case, interpreter);
        if (typeof result === 'string') {
          failures.push({ ...about, reason: result });
          results.push(`${interpreter.name} FAILED (${result})`);
        } else {
          samples.push({ ...about, ...result });
          results.push(`${interpreter.name} ${(result.total * 1000).toFixed(0)} ms`);
        }
      }
      report(`start-up round ${round + 1}/${plan.rounds}: ${startup_case.name}: ${results.join(', ')}`);
    }
  }
  return { samples, failures };
}
