// SPDX-License-Identifier: Apache-2.0
// A program that prints its own figures, natively, in Node and in Chromium, in turns; a table of medians.

import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { commandLine, lastJsonLine, runOnce, shellQuote } from './process.ts';
import { median } from './statistics.ts';

const kTargets = ['native', 'node', 'browser'] as const;
const kTimeout = 120;

export interface Figure {
  /** What the targets of ours are to keep, in words. */
  readonly goal: string;
  readonly digits: number;
}

/** `program` prints one line of JSON with the figures by their names. */
export async function compareTargets(
  program: string,
  figures: Readonly<Record<string, Figure>>,
  usualRounds: number,
): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: String(usualRounds) } },
  });
  const taipan = shellQuote(join(import.meta.dirname, '../../taipan'));
  const samples = new Map<string, number[]>();
  for (let round = 1; round <= Number(values.rounds); ++round) {
    for (const target of kTargets) {
      const outcome = await runOnce(commandLine(`${taipan} run --target ${target}`, [program]), kTimeout);
      if (outcome.kind === 'failed') throw new Error(`${target}: ${outcome.reason}`);
      const measured = lastJsonLine(outcome.stdout) as Record<string, number>;
      for (const [name, value] of Object.entries(measured)) {
        const key = `${name}/${target}`;
        samples.set(key, [...(samples.get(key) ?? []), value]);
      }
    }
  }
  console.log(`| | ${kTargets.join(' | ')} | goal |`);
  console.log(`| --- |${' --- |'.repeat(kTargets.length + 1)}`);
  for (const [name, { goal, digits }] of Object.entries(figures)) {
    const cells = kTargets.map((target) => median(samples.get(`${name}/${target}`) ?? []).toFixed(digits));
    console.log(`| ${name} | ${cells.join(' | ')} | ${goal} |`);
  }
}
