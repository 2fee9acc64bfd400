// SPDX-License-Identifier: Apache-2.0
// `node bench/threads.ts [--rounds N]`: what threads cost natively, in Node and in Chromium, in turns; medians.

import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { commandLine, lastJsonLine, runOnce, shellQuote } from './lib/process.ts';
import { median } from './lib/statistics.ts';

const kTargets = ['native', 'node', 'browser'] as const;
const kTimeout = 120;
/** What the targets of ours are to keep; a factor is of the native figure. */
const kGoals: Readonly<Record<string, string>> = {
  '1,000 threads, ms': 'at most 1000',
  'lock handed over, us': 'at most 5',
  'lock nobody else wants, ns': 'at most 2x native',
  'longest wait beside a busy thread, ms': 'at most 20',
};

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const taipan = shellQuote(join(import.meta.dirname, '../taipan'));
const program = join(import.meta.dirname, 'threads.py');
const samples = new Map<string, number[]>();

for (let round = 1; round <= Number(values.rounds); ++round) {
  for (const target of kTargets) {
    const outcome = await runOnce(commandLine(`${taipan} run --target ${target}`, [program]), kTimeout);
    if (outcome.kind === 'failed') throw new Error(`${target}: ${outcome.reason}`);
    for (const [name, value] of Object.entries(lastJsonLine(outcome.stdout) as Record<string, number>)) {
      const key = `${name}/${target}`;
      samples.set(key, [...(samples.get(key) ?? []), value]);
    }
  }
}

console.log(`| | ${kTargets.join(' | ')} | goal |`);
console.log(`| --- |${' --- |'.repeat(kTargets.length + 1)}`);
for (const [name, goal] of Object.entries(kGoals)) {
  const cells = kTargets.map((target) => median(samples.get(`${name}/${target}`) ?? []).toFixed(1));
  console.log(`| ${name} | ${cells.join(' | ')} | ${goal} |`);
}
