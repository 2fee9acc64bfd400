// SPDX-License-Identifier: Apache-2.0
// `node bench/compiled.ts [--rounds N] [--node PATH]`: how large compiled programs are, and how fast they start, beside an
// empty Node and, where they are installed, Pyodide and Wasmtime (which is started by a program in Python, and compared
// with that program running an empty module; its cache of compiled modules is warm). Pages are measured in Chromium.

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { measurePages } from './lib/page-suite.ts';
import { commandLine, lastJsonLine, runOnce, shellQuote } from './lib/process.ts';
import { parseMeasureLine } from './lib/startup-suite.ts';
import { median } from './lib/statistics.ts';

const kBench = import.meta.dirname;
const kTaipan = join(kBench, '../taipan');
const kTimeout = 60;
const kWasmtime = join(kBench, '../build/wasmtime');
/** Milliseconds above an empty module, for the first row. */
const kGoalOnWasmtime = 40;
/** Milliseconds from navigation to the first line, for the first row. */
const kGoalInPage = 400;
/** A module with nothing but a _start that returns. */
const kEmptyModule = Buffer.from('AGFzbQEAAAABBAFgAAADAgEABwoBBl9zdGFydAAACgQBAgAL', 'base64');
/** Megabytes, and milliseconds above an empty Node: what compiled programs are to keep. */
const kRows = [
  { name: 'hello', raw: 4.5, gzip: 1.6, start: 40 },
  { name: 'tool', raw: 5.5, gzip: 2.0, start: 60 },
  { name: 'service', raw: 8, gzip: 2.9, start: 90 },
] as const;

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly firstLine: number[];
  readonly total: number[];
  readonly peak: number[];
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '21' }, node: { type: 'string', default: process.execPath } },
});

function contender(name: string, command: string): Contender {
  return { name, command, firstLine: [], total: [], peak: [] };
}

async function measure(one: Contender): Promise<void> {
  const measured = commandLine(one.command, []);
  const meter = `${shellQuote(kTaipan)} run --target native`;
  const outcome = await runOnce(commandLine(meter, [join(kBench, 'measure.py'), ...measured]), kTimeout);
  const result = outcome.kind === 'failed' ? outcome.reason : parseMeasureLine(lastJsonLine(outcome.stdout));
  if (typeof result === 'string') throw new Error(`${one.name} failed: ${result}`);
  if (result.firstLine !== undefined) one.firstLine.push(result.firstLine * 1000);
  one.total.push(result.total * 1000);
  one.peak.push(result.peakBytes / 1e6);
}

/** Wasmtime with an empty module, and with ours; each has been started once. */
async function onWasmtime(folder: string): Promise<readonly Contender[]> {
  if (!existsSync(kWasmtime)) return [];
  const empty = join(folder, 'empty.wasm');
  writeFileSync(empty, kEmptyModule);
  const engine = `python3 -I ${shellQuote(join(kBench, '../tests/e2e/wasmtime_engine.py'))}`;
  const contenders = [
    contender('Wasmtime, empty module', `${engine} ${shellQuote(empty)}`),
    ...kRows.map(({ name }) =>
      contender(`Wasmtime, ${name}`, `${engine} ${shellQuote(join(folder, `${name}.wasm`))}`),
    ),
  ];
  for (const { command } of contenders) await runOnce(commandLine(command, []), kTimeout);
  return contenders;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function peerLine(one: Contender, base: number): string {
  const total = median(one.total);
  const cells = [total - base, total, median(one.peak)].map((value) => value.toFixed(0));
  return line([one.name, '', '', '', ...cells]);
}

function printWasmtime([empty, ...ours]: readonly Contender[]): void {
  if (empty === undefined) return;
  console.log('\n' + line(['program', 'above an empty module, ms', 'whole process, ms', 'peak MB']));
  console.log(line(Array.from({ length: 4 }, () => '---')));
  const base = median(empty.total);
  for (const [index, one] of [empty, ...ours].entries()) {
    const total = median(one.total);
    const goal = index === 1 ? ` (goal ${String(kGoalOnWasmtime)})` : '';
    const above = index === 0 ? '' : `${(total - base).toFixed(0)}${goal}`;
    console.log(line([one.name, above, total.toFixed(0), median(one.peak).toFixed(0)]));
  }
}

/** The pages of hello: one file, and the folder for static hosts. */
async function printPages(folder: string, rounds: number): Promise<void> {
  copyFileSync(join(kBench, 'compiled/hello.py'), join(folder, 'hello.py'));
  const pages = [
    { name: 'hello, .html', path: 'hello.html' },
    { name: 'hello, folder', path: 'hello/index.html' },
  ];
  const measured = await measurePages(folder, pages, rounds);
  if (measured === null) return;
  console.log('\n' + line(['in Chromium', 'navigation to first line, ms']));
  console.log(line(Array.from({ length: 2 }, () => '---')));
  for (const [index, { name, firstLine }] of measured.entries()) {
    const goal = index < pages.length ? ` (goal ${String(kGoalInPage)})` : '';
    console.log(line([name, `${median(firstLine).toFixed(0)}${goal}`]));
  }
}

async function main(folder: string): Promise<void> {
  const node = shellQuote(values.node);
  const baseline = contender('node -e 0', `${node} -e 0`);
  const ours = kRows.map((row) => {
    const endings = row.name === 'hello' ? ['.wasm', '.mjs', '.html', '/'] : ['.wasm', '.mjs'];
    const files = endings.map((ending) => join(folder, `${row.name}${ending}`));
    execFileSync(kTaipan, ['compile', join(kBench, 'compiled', `${row.name}.py`), '-o', files.join(',')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return contender(row.name, `${node} ${shellQuote(files[1] ?? '')}`);
  });
  const driver = `${shellQuote(join(kBench, 'pyodide-driver.mjs'))} ${shellQuote(join(kBench, 'compiled/hello.py'))}`;
  const hasPyodide = existsSync(join(kBench, 'node_modules/pyodide'));
  const peers = hasPyodide ? [contender('Pyodide, hello', `${node} ${driver}`)] : [];
  const wasmtime = await onWasmtime(folder);
  const all = [baseline, ...ours, ...peers, ...wasmtime];
  for (let round = 0; round < Number(values.rounds); ++round) {
    for (const one of round % 2 === 0 ? all : all.toReversed()) await measure(one);
    process.stderr.write(`round ${String(round + 1)}/${values.rounds}\n`);
  }
  const base = median(baseline.total);
  console.log(
    line([
      'program',
      'raw MB',
      'gzip MB',
      '.mjs MB',
      'above `node -e 0`, ms',
      'whole process, ms',
      'peak MB',
    ]),
  );
  console.log(line(Array.from({ length: 7 }, () => '---')));
  console.log(line(['node -e 0', '', '', '', '', base.toFixed(0), median(baseline.peak).toFixed(0)]));
  for (const [index, row] of kRows.entries()) {
    const one = ours[index];
    if (one === undefined) continue;
    const wasm = readFileSync(join(folder, `${row.name}.wasm`));
    const total = median(one.total);
    console.log(
      line([
        row.name,
        `${megabytes(wasm.length)} (goal ${String(row.raw)})`,
        `${megabytes(gzipSync(wasm, { level: 9 }).length)} (goal ${String(row.gzip)})`,
        megabytes(statSync(join(folder, `${row.name}.mjs`)).size),
        `${(total - base).toFixed(0)} (goal ${String(row.start)})`,
        total.toFixed(0),
        median(one.peak).toFixed(0),
      ]),
    );
  }
  for (const peer of peers) console.log(peerLine(peer, base));
  if (wasmtime.length > 0) printWasmtime(wasmtime);
  await printPages(folder, Number(values.rounds));
}

const folder = mkdtempSync(join(tmpdir(), 'taipan-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
