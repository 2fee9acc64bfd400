// SPDX-License-Identifier: Apache-2.0
// wc: lines, words, characters and bytes.

import type { ByteSource } from '../streams.ts';
import { countLines } from './head-tail.ts';
import { forEachInput } from './inputs.ts';
import { parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { pathOf } from './tool.ts';

interface Counts {
  lines: number;
  words: number;
  characters: number;
  bytes: number;
}

const kNone: Counts = { lines: 0, words: 0, characters: 0, bytes: 0 };
const kColumns = [
  ['l', 'lines'],
  ['w', 'words'],
  ['m', 'characters'],
  ['c', 'bytes'],
] as const;

export const wc: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'lwmc',
    long: { lines: 'l', words: 'w', chars: 'm', bytes: 'c' },
  });
  const chosen = kColumns.filter(([letter]) => options.has(letter));
  const columns = chosen.length > 0 ? chosen : kColumns.filter(([letter]) => letter !== 'm');
  const wide = columns.some(([letter]) => letter === 'w' || letter === 'm');
  const total = { ...kNone };
  const rows: (readonly [counts: Counts, name: string])[] = [];
  const status = await forEachInput(context, options.operands, async (source, name) => {
    const counts = await count(source, wide);
    rows.push([counts, options.operands.length === 0 ? '' : name]);
    for (const [, column] of kColumns) total[column] += counts[column];
  });
  if (options.operands.length > 1) rows.push([total, 'total']);
  const width =
    columns.length === 1 && rows.length <= 1 ? 1 : widthOf(context, options.operands, total.bytes);
  for (const [counts, name] of rows) {
    const numbers = columns.map(([, column]) => String(counts[column]).padStart(width));
    await context.output.print(`${numbers.join(' ')}${name === '' ? '' : ` ${name}`}\n`);
  }
  return status;
};

async function count(source: ByteSource, wide: boolean): Promise<Counts> {
  const counts = { ...kNone };
  let inWord = false;
  for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) {
    counts.bytes += bytes.length;
    counts.lines += countLines(bytes);
    if (!wide) continue;
    for (const byte of bytes) {
      const space = byte === 0x20 || (byte >= 9 && byte <= 13);
      if (inWord && space) inWord = false;
      else if (!inWord && !space) {
        inWord = true;
        ++counts.words;
      }
      // Bytes that go on with a character of UTF-8 are none by themselves.
      if ((byte & 0xc0) !== 0x80) ++counts.characters;
    }
  }
  return counts;
}

/** As wide as the sum of the sizes; what is no file may turn out to be long. */
function widthOf(context: ToolContext, names: readonly string[], bytes: number): number {
  const regular = names.every((name) => name !== '-' && isRegular(context, name));
  return Math.max(String(bytes).length, names.length === 0 || !regular ? 7 : 1);
}

function isRegular(context: ToolContext, name: string): boolean {
  try {
    return (context.host.files.stat(pathOf(context, name)).mode & 0o170000) === 0o100000;
  } catch {
    // It has been complained about, and counts for nothing.
    return true;
  }
}
