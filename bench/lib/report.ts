// SPDX-License-Identifier: Apache-2.0
// Turns results into the tables of results.md. docs/performance.md explains the columns.

import { checksumMismatches, roundsOf, type ProgramResults } from './programs-suite.ts';
import type { PartSize } from './sizes.ts';
import type { StartupResults, StartupSample } from './startup-suite.ts';
import { geometricMean, median, pairedSpeed, summarize } from './statistics.ts';

export interface Setting {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly interpreters: readonly string[];
  readonly baselines: readonly string[];
  readonly rounds: number;
  readonly repeats: number;
  readonly entry: string;
}

export interface Results {
  readonly setting: Setting;
  readonly programs?: ProgramResults;
  readonly startup?: StartupResults;
  readonly sizes?: readonly PartSize[];
}

type Row = readonly string[];

/** A markdown table: the first columns are labels, the others figures, set to the right. */
function table(header: Row, rows: readonly Row[], labels: number): string {
  const rule = header.map((_, column) => (column < labels ? '---' : '---:'));
  return [header, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Milliseconds with about three significant digits. */
export function milliseconds(seconds: number): string {
  const ms = seconds * 1000;
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(ms >= 10 ? 1 : 2);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : bytes >= 1e6 ? 1 : 3);
}

function spread(samples: readonly number[]): string {
  const { median: middle, q1, q3 } = summarize(samples);
  return `${milliseconds(middle)} (${milliseconds(q1)}–${milliseconds(q3)})`;
}

function times(speed: number | undefined): string {
  return speed === undefined ? '–' : `${speed.toFixed(2)}x`;
}

/** A column of ratios: the speed of one interpreter against another. */
interface Comparison {
  readonly subject: string;
  readonly baseline: string;
}

/** Every interpreter against every baseline that takes part, once for each pair and never against itself. */
export function comparisons(setting: Setting): readonly Comparison[] {
  const baselines = setting.baselines.filter((name) => setting.interpreters.includes(name));
  return baselines.flatMap((baseline, index) => {
    const earlier = baselines.slice(0, index);
    const subjects = setting.interpreters.filter((name) => name !== baseline && !earlier.includes(name));
    return subjects.map((subject) => ({ subject, baseline }));
  });
}

function title({ subject, baseline }: Comparison): string {
  return `${subject} / ${baseline}`;
}

/** For each comparison, the speed of every program that both sides finished. */
export function programSpeeds(
  results: ProgramResults,
  pairs: readonly Comparison[],
): ReadonlyMap<Comparison, ReadonlyMap<string, number>> {
  const programs = new Set(results.samples.map((sample) => sample.program));
  return new Map(
    pairs.map((pair) => {
      const speeds = new Map<string, number>();
      for (const program of programs) {
        const subject = roundsOf(results.samples, program, pair.subject);
        const speed = pairedSpeed(subject, roundsOf(results.samples, program, pair.baseline));
        if (speed !== undefined) {
          speeds.set(program, speed);
        }
      }
      return [pair, speeds];
    }),
  );
}

function worst(speeds: ReadonlyMap<string, number>): string {
  const [program, speed] = [...speeds].reduce((least, next) => (next[1] < least[1] ? next : least));
  return `${times(speed)} ${program}`;
}

function summaryRow(name: string, width: number, cells: readonly string[]): Row {
  return [`**${name}**`, ...Array.from({ length: width }, () => ''), ...cells];
}

function programTable(setting: Setting, results: ProgramResults): string {
  const pairs = comparisons(setting);
  const speeds = programSpeeds(results, pairs);
  const columns = pairs.map((pair) => speeds.get(pair) ?? new Map<string, number>());
  const programs = [
    ...new Set([...results.samples, ...results.failures].map(({ program }) => program)),
  ].sort();
  const rows = programs.map((program) => {
    const cells = setting.interpreters.map((interpreter) => {
      const samples = [...roundsOf(results.samples, program, interpreter).values()].flat();
      return samples.length === 0 ? 'failed' : spread(samples);
    });
    return [program, ...cells, ...columns.map((column) => times(column.get(program)))];
  });
  const width = setting.interpreters.length;
  const means = columns.map((column) =>
    column.size === 0 ? '–' : times(geometricMean([...column.values()])),
  );
  const least = columns.map((column) => (column.size === 0 ? '–' : worst(column)));
  return table(
    ['program', ...setting.interpreters.map((name) => `${name} ms`), ...pairs.map(title)],
    [...rows, summaryRow('geometric mean', width, means), summaryRow('slowest', width, least)],
    1,
  );
}

function peak(samples: readonly StartupSample[]): string {
  const bytes = median(samples.map((sample) => sample.peakBytes));
  const floor = Math.max(...samples.map((sample) => sample.floorBytes));
  return `${bytes <= floor ? '≤ ' : ''}${megabytes(Math.max(bytes, bytes <= floor ? floor : 0))}`;
}

/** Whole-process time of a subject against a baseline, paired by round as for the programs. */
function startupSpeed(samples: readonly StartupSample[], name: string, pair: Comparison): number | undefined {
  const rounds = (interpreter: string) =>
    new Map(
      samples
        .filter((sample) => sample.name === name && sample.interpreter === interpreter)
        .map((sample) => [sample.round, [sample.total]]),
    );
  return pairedSpeed(rounds(pair.subject), rounds(pair.baseline));
}

function startupTable(setting: Setting, results: StartupResults): string {
  const first = setting.baselines.find((name) => setting.interpreters.includes(name));
  const names = [...new Set([...results.samples, ...results.failures].map(({ name }) => name))];
  const rows = names.flatMap((name) =>
    setting.interpreters.map((interpreter) => {
      const samples = results.samples.filter(
        (sample) => sample.name === name && sample.interpreter === interpreter,
      );
      if (samples.length === 0) {
        return [name, interpreter, 'failed', 'failed', '–', '–'];
      }
      const first_lines = samples.flatMap((sample) => sample.firstLine ?? []);
      const speed =
        first === undefined
          ? undefined
          : startupSpeed(results.samples, name, { subject: interpreter, baseline: first });
      return [
        name,
        interpreter,
        first_lines.length === 0 ? '–' : spread(first_lines),
        spread(samples.map((sample) => sample.total)),
        times(speed),
        peak(samples),
      ];
    }),
  );
  return table(
    ['process', 'interpreter', 'first line ms', 'whole ms', `speed / ${first ?? 'none'}`, 'peak MB'],
    rows,
    2,
  );
}

function sizeTable(sizes: readonly PartSize[]): string {
  const byInterpreter = Map.groupBy(sizes, (size) => size.interpreter);
  const rows = [...byInterpreter].flatMap(([interpreter, parts]) => {
    const total = (key: 'raw' | 'gzip' | 'brotli'): string =>
      megabytes(parts.reduce((sum, part) => sum + part[key], 0));
    const cells = parts.map((part) => [
      interpreter,
      part.part,
      megabytes(part.raw),
      megabytes(part.gzip),
      megabytes(part.brotli),
    ]);
    return [...cells, [interpreter, '**all**', total('raw'), total('gzip'), total('brotli')]];
  });
  return table(['interpreter', 'part', 'raw MB', 'gzip MB', 'brotli MB'], rows, 2);
}

function settingLines(results: Results): string {
  const { setting } = results;
  const versions = new Map(results.programs?.samples.map((sample) => [sample.interpreter, sample.python]));
  const interpreters = setting.interpreters.map((name) => {
    const version = versions.get(name);
    return version === undefined ? name : `${name} (${version})`;
  });
  return [
    `${setting.date}, ${setting.machine}, Pyodide under Node ${setting.node}.`,
    `Interpreters: ${interpreters.join(', ')}.`,
    `Rounds: ${setting.rounds}, timed runs in each: ${setting.repeats}, entry: ${setting.entry}.`,
  ].join('\n');
}

/** Everything that makes the run a failure, one line each. */
export function problems(results: Results): readonly string[] {
  const failed = [
    ...(results.programs?.failures ?? []).map((failure) => ({ ...failure, name: failure.program })),
    ...(results.startup?.failures ?? []),
  ];
  return [
    ...failed.map(
      ({ name, interpreter, round, reason }) =>
        `${interpreter} failed on ${name} in round ${round + 1}: ${reason}`,
    ),
    ...checksumMismatches(results.programs?.samples ?? []),
  ];
}

export function markdown(results: Results): string {
  const { setting, programs, startup, sizes } = results;
  const wrong = problems(results);
  const sections = [
    `# Benchmark results\n\n${settingLines(results)}`,
    programs && `## Programs\n\n${programTable(setting, programs)}`,
    startup && `## Start-up and memory\n\n${startupTable(setting, startup)}`,
    sizes && sizes.length > 0 && `## Sizes\n\n${sizeTable(sizes)}`,
    wrong.length > 0 && `## Problems\n\n${wrong.map((line) => `- ${line}`).join('\n')}`,
  ];
  return `${sections.filter((section) => typeof section === 'string').join('\n\n')}\n`;
}
