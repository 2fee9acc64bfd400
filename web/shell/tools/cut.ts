// SPDX-License-Identifier: Apache-2.0
// cut: parts of each line, by fields, characters or bytes.

import { bytesFromText } from '../../common/path-text.ts';
import { decodeText, LineReader } from '../streams.ts';
import { forEachInput } from './inputs.ts';
import { parseOptions } from './options.ts';
import type { Tool } from './tool.ts';
import { ToolError } from './tool.ts';

/** Counted from 1, the end included. */
type Range = readonly [from: number, to: number];

function parseRanges(list: string): Range[] {
  return list.split(/[,\s]+/).map((text) => {
    const [all, from = '', dash = '', to = ''] = /^(\d*)(-?)(\d*)$/.exec(text) ?? [];
    if (all === undefined || all === '' || all === '-')
      throw new ToolError(`invalid field range: '${text}'`, 1);
    const start = from === '' ? 1 : Number(from);
    const end = dash === '' ? start : to === '' ? Infinity : Number(to);
    if (start === 0 || end === 0) throw new ToolError('fields and positions are numbered from 1', 1);
    if (end < start) throw new ToolError('invalid decreasing range', 1);
    return [start, end];
  });
}

export const cut: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'd:f:c:b:sn',
    long: { delimiter: 'd', fields: 'f', characters: 'c', bytes: 'b', 'only-delimited': 's' },
  });
  const list = options.value('f') ?? options.value('c') ?? options.value('b');
  if (list === undefined) throw new ToolError('you must specify a list of bytes, characters, or fields', 1);
  const delimiter = options.value('d') ?? '\t';
  if (Array.from(delimiter).length !== 1) throw new ToolError('the delimiter must be a single character', 1);
  const ranges = parseRanges(list);
  const chosen = (number: number): boolean => ranges.some(([from, to]) => from <= number && number <= to);
  const part = (line: string): string | null => {
    if (options.has('b')) return decodeText(bytesFromText(line).filter((_, index) => chosen(index + 1)));
    if (options.has('c'))
      return Array.from(line)
        .filter((_, index) => chosen(index + 1))
        .join('');
    if (!line.includes(delimiter)) return options.has('s') ? null : line;
    return line
      .split(delimiter)
      .filter((_, index) => chosen(index + 1))
      .join(delimiter);
  };
  return forEachInput(context, options.operands, async (source) => {
    const lines = new LineReader(source);
    for (let batch = await lines.next(); batch; batch = await lines.next()) {
      for (const line of batch) {
        const text = part(line);
        if (text !== null) await context.output.print(`${text}\n`);
      }
    }
  });
};
