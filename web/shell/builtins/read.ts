// SPDX-License-Identifier: Apache-2.0
// read: one line, and not a byte more, because the next one may be for somebody else.

import type { Channel } from '../channel.ts';
import type { Guard } from '../streams.ts';
import { concatBytes, decodeText } from '../streams.ts';
import { isName } from '../variables.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { refuse } from './builtin.ts';

const kNewline = 0x0a;
const kBlock = 4096;

interface Line {
  readonly text: string;
  readonly ended: boolean;
}

async function readLine(channel: Channel, guard: Guard): Promise<Line> {
  const ahead = await channel.canGiveBack();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = await guard(channel.read(ahead ? kBlock : 1));
    if (chunk.length === 0) return { text: decodeText(concatBytes(chunks)), ended: false };
    const end = chunk.indexOf(kNewline);
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) continue;
    await channel.giveBack(chunk.subarray(end + 1));
    return { text: decodeText(concatBytes(chunks)), ended: true };
  }
}

/** A character that a backslash stood before separates nothing. */
interface Character {
  readonly text: string;
  readonly escaped: boolean;
}

/** Without -r a backslash at the end of a line joins the next one to it. */
async function readCharacters(call: BuiltinCall, raw: boolean) {
  const { shell, context } = call;
  const characters: Character[] = [];
  for (;;) {
    const { text, ended } = await readLine(context.input.channel, shell.guard);
    let escaped = false;
    for (const character of text) {
      if (!raw && !escaped && character === '\\') {
        escaped = true;
        continue;
      }
      characters.push({ text: character, escaped });
      escaped = false;
    }
    if (!escaped || !ended) return { characters, ended };
  }
}

/** The last value is all that is left, with the separators in it. */
function splitLine(line: readonly Character[], ifs: string, count: number): string[] {
  const isBlank = (at: number): boolean => isSeparator(at) && ' \t\n'.includes(line[at]?.text ?? 'x');
  const isSeparator = (at: number): boolean => {
    const character = line[at];
    return character !== undefined && !character.escaped && ifs.includes(character.text);
  };
  let at = 0;
  const skipBlanks = (): void => {
    while (isBlank(at)) ++at;
  };
  const textOf = (from: number, to: number): string =>
    line
      .slice(from, to)
      .map(({ text }) => text)
      .join('');
  const values: string[] = [];
  skipBlanks();
  while (values.length < count - 1) {
    const start = at;
    while (at < line.length && !isSeparator(at)) ++at;
    values.push(textOf(start, at));
    skipBlanks();
    if (at < line.length && isSeparator(at)) ++at;
    skipBlanks();
  }
  values.push(textOf(at, lastEnd(line.length, at, isSeparator, isBlank)));
  return values;
}

/** Blanks at the end go, and with them one separator when it is the only one that is left. */
function lastEnd(
  length: number,
  start: number,
  isSeparator: (at: number) => boolean,
  isBlank: (at: number) => boolean,
): number {
  let end = length;
  while (end > start && isBlank(end - 1)) --end;
  if (end <= start || !isSeparator(end - 1)) return end;
  for (let at = start; at < end - 1; ++at) if (isSeparator(at) && !isBlank(at)) return end;
  return end - 1;
}

export const read: Builtin = async (call) => {
  const { shell, context } = call;
  const args = [...call.args];
  let raw = false;
  while (/^-./.test(args[0] ?? '')) {
    const option = args.shift() ?? '';
    if (option === '--') break;
    if (option === '-r') raw = true;
    else if (option === '-p') await context.error.print(args.shift() ?? '');
    else return refuse(call, `Illegal option ${option}`);
  }
  await context.error.flush();
  const bad = args.find((name) => !isName(name));
  if (bad !== undefined) return refuse(call, `${bad}: bad variable name`);
  if (args.length === 0) return refuse(call, 'arg count');
  const { characters, ended } = await readCharacters(call, raw);
  const values = splitLine(characters, shell.variables.get('IFS') ?? ' \t\n', args.length);
  args.forEach((name, index) => {
    shell.variables.set(name, values[index] ?? '');
  });
  return ended ? 0 : 1;
};
