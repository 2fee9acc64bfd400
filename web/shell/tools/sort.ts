// SPDX-License-Identifier: Apache-2.0
// sort and uniq: lines in order, and lines once.

import { bytesFromText } from '../../common/path-text.ts';
import { compareText } from '../compare.ts';
import { createFile } from '../files.ts';
import { LineReader } from '../streams.ts';
import { forEachInput, withInput } from './inputs.ts';
import type { Options } from './options.ts';
import { parseCount, parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complain, pathOf, ToolError } from './tool.ts';

interface Ordering {
  readonly numeric: boolean;
  readonly reverse: boolean;
  readonly foldCase: boolean;
  readonly skipBlanks: boolean;
}

/** From a field's character to another's; counted from 1, an end of 0 is the last one. */
interface Key extends Ordering {
  readonly startField: number;
  readonly startCharacter: number;
  readonly endField: number;
  readonly endCharacter: number;
}

type Compare = (left: string, right: string) => number;

const kKey = /^(\d+)(?:\.(\d+))?([bdfinr]*)(?:,(\d+)(?:\.(\d+))?([bdfinr]*))?$/;
const kWhole = { startField: 1, startCharacter: 1, endField: 0, endCharacter: 0 };

export const sort: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'nrufbsgVcCdik:t:o:',
    long: {
      'numeric-sort': 'n',
      reverse: 'r',
      unique: 'u',
      key: 'k',
      'field-separator': 't',
      output: 'o',
      'ignore-case': 'f',
    },
  });
  const compare = comparison(options);
  const lines: string[] = [];
  const status = await forEachInput(context, options.operands, async (source) => {
    const reader = new LineReader(source);
    for (let batch = await reader.next(); batch; batch = await reader.next())
      for (const line of batch) lines.push(line);
  });
  if (status !== 0) return 2;
  const same = keyComparison(options);
  if (options.has('c') || options.has('C')) return check(context, options, lines);
  lines.sort(compare);
  const kept = options.has('u')
    ? lines.filter((line, at) => at === 0 || same(lines[at - 1] ?? '', line) !== 0)
    : lines;
  await writeLines(context, options.value('o'), kept);
  return 0;
};

async function writeLines(
  context: ToolContext,
  name: string | undefined,
  lines: readonly string[],
): Promise<void> {
  const file =
    name === undefined ? null : await createFile(context.host, pathOf(context, name), 0o666 & ~context.umask);
  if (file) {
    await file.write(bytesFromText(lines.map((line) => `${line}\n`).join('')));
    await file.close();
  } else {
    for (const line of lines) await context.output.print(`${line}\n`);
  }
}

async function check(context: ToolContext, options: Options, lines: readonly string[]): Promise<number> {
  const compare = options.has('u') ? keyComparison(options) : comparison(options);
  const wrong = lines.findIndex((line, at) => {
    const order = at === 0 ? -1 : compare(lines[at - 1] ?? '', line);
    return order > 0 || (order === 0 && options.has('u'));
  });
  if (wrong < 0) return 0;
  const name = options.operands[0] ?? '-';
  if (options.has('c')) await complain(context, `${name}:${wrong + 1}: disorder: ${lines[wrong] ?? ''}`);
  return 1;
}

/** By the keys, and where they are the same by the whole line. */
function comparison(options: Options): Compare {
  const byKeys = keyComparison(options);
  if (options.has('s') || options.has('u')) return byKeys;
  const sign = options.has('r') ? -1 : 1;
  return (left, right) => byKeys(left, right) || sign * compareText(left, right);
}

function keyComparison(options: Options): Compare {
  const otherwise = orderingOf((letter) => options.has(letter));
  const keys = options.values('k').map((text) => parseKey(text, otherwise));
  const separator = separatorOf(options);
  if (keys.length === 0) {
    const whole = (line: string): string => (otherwise.skipBlanks ? line.replace(/^[ \t]+/, '') : line);
    return (left, right) => compareBy(otherwise, whole(left), whole(right));
  }
  const extract = (line: string, key: Key): string => keyText(line, key, separator);
  return (left, right) => {
    for (const key of keys) {
      const order = compareBy(key, extract(left, key), extract(right, key));
      if (order !== 0) return order;
    }
    return 0;
  };
}

function separatorOf(options: Options): string | null {
  const separator = options.value('t');
  if (separator === undefined) return null;
  if (options.values('t').some((other) => other !== separator)) throw new ToolError('incompatible tabs');
  if (separator === '\\0') return '\0';
  if (Array.from(separator).length !== 1) throw new ToolError(`multi-character tab '${separator}'`);
  return separator;
}

function orderingOf(has: (letter: string) => boolean): Ordering {
  return { numeric: has('n') || has('g'), reverse: has('r'), foldCase: has('f'), skipBlanks: has('b') };
}

function parseKey(text: string, otherwise: Ordering): Key {
  const [all, field = '', character = '1', flags = '', endField, endCharacter = '0', endFlags = ''] =
    kKey.exec(text) ?? [];
  if (all === undefined || Number(field) === 0) throw new ToolError(`invalid key: '${text}'`);
  const own = flags + endFlags;
  const ordering = own === '' ? otherwise : orderingOf((letter) => own.includes(letter));
  return {
    ...kWhole,
    ...ordering,
    startField: Number(field),
    startCharacter: Number(character),
    endField: Number(endField ?? 0),
    endCharacter: Number(endCharacter),
  };
}

/** Without a separator a field begins with the blanks before it. */
function fieldStarts(
  line: string,
  separator: string | null,
): readonly (readonly [start: number, end: number])[] {
  const fields: [number, number][] = [];
  if (separator === null) {
    for (const found of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g))
      fields.push([found.index, found.index + found[0].length]);
    return fields;
  }
  let start = 0;
  for (const field of line.split(separator)) {
    fields.push([start, start + field.length]);
    start += field.length + separator.length;
  }
  return fields;
}

function keyText(line: string, key: Key, separator: string | null): string {
  const fields = fieldStarts(line, separator);
  const first = fields[key.startField - 1];
  if (!first) return '';
  let [start] = first;
  if (key.skipBlanks) start += /^[ \t]*/.exec(line.slice(start))?.[0].length ?? 0;
  start += key.startCharacter - 1;
  if (key.endField === 0) return line.slice(start);
  const last = fields[key.endField - 1];
  if (!last) return line.slice(start);
  // Characters are counted beyond the end of a field, too, as GNU does.
  const end = key.endCharacter === 0 ? last[1] : last[0] + key.endCharacter;
  return line.slice(start, Math.max(start, end));
}

function compareBy(ordering: Ordering, left: string, right: string): number {
  const sign = ordering.reverse ? -1 : 1;
  if (ordering.numeric) return sign * (numberOf(left) - numberOf(right));
  const prepare = (text: string): string => {
    return ordering.foldCase ? text.toUpperCase() : text;
  };
  return sign * compareText(prepare(left), prepare(right));
}

function numberOf(text: string): number {
  return Number(/^[ \t]*(-?\d*\.?\d*)/.exec(text)?.[1] ?? 0) || 0;
}

export const uniq: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'cduif:s:w:',
    long: {
      count: 'c',
      repeated: 'd',
      unique: 'u',
      'ignore-case': 'i',
      'skip-fields': 'f',
      'skip-chars': 's',
    },
  });
  const [from = '-', to] = options.operands;
  const file =
    to === undefined ? null : await createFile(context.host, pathOf(context, to), 0o666 & ~context.umask);
  const skip = keyOf(options);
  let line: string | null = null;
  let count = 0;
  const finish = async (): Promise<void> => {
    if (line === null || (options.has('d') && count === 1) || (options.has('u') && count > 1)) return;
    const text = `${options.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`;
    await (file ? file.write(bytesFromText(text)) : context.output.print(text));
  };
  await withInput(context, from, async (source) => {
    const reader = new LineReader(source);
    for (let batch = await reader.next(); batch; batch = await reader.next()) {
      for (const next of batch) {
        if (line !== null && skip(line) === skip(next)) {
          ++count;
          continue;
        }
        await finish();
        line = next;
        count = 1;
      }
    }
  });
  await finish();
  await file?.close();
  return 0;
};

/** What of a line is compared. */
function keyOf(options: Options): (line: string) => string {
  const fields = parseCount(options.value('f') ?? '0', 'number of fields to skip');
  const characters = parseCount(options.value('s') ?? '0', 'number of bytes to skip');
  const width = options.has('w')
    ? parseCount(options.value('w') ?? '', 'number of bytes to compare')
    : Infinity;
  if (fields + characters === 0 && width === Infinity && !options.has('i')) return (line) => line;
  return (line) => {
    let rest = line;
    for (let field = 0; field < fields; ++field) rest = rest.replace(/^[ \t]*[^ \t]*/, '');
    rest = rest.slice(characters, characters + width);
    return options.has('i') ? rest.toLowerCase() : rest;
  };
}
