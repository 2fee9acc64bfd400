// SPDX-License-Identifier: Apache-2.0
// env and xargs: tools that run other commands.

import { MemoryPipe } from '../memory-pipe.ts';
import { decodeText, readAll } from '../streams.ts';
import type { Options } from './options.ts';
import { parseCount, parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complain, ToolError } from './tool.ts';

const kNotFound = 127;
/** What fits on a command line; longer ones are cut into several. */
const kMostLength = 100_000;

/** As `run`, with a complaint and 127 when there is no such command. */
export async function runOther(
  context: ToolContext,
  argv: readonly string[],
  options: Parameters<ToolContext['run']>[1] = {},
): Promise<number> {
  const status = await context.run(argv, options);
  if (status !== null) return status;
  await complain(context, `${argv[0] ?? ''}: No such file or directory`);
  return kNotFound;
}

export const env: Tool = async (context) => {
  const dashed = context.args[0] === '-' ? ['-i', ...context.args.slice(1)] : context.args;
  const options = parseOptions(dashed, {
    letters: 'iu:0',
    long: { 'ignore-environment': 'i', unset: 'u', null: '0' },
    stopsAtOperand: true,
  });
  const variables = new Map(options.has('i') ? [] : Object.entries(context.env));
  for (const name of options.values('u')) variables.delete(name);
  const argv = [...options.operands];
  for (let equals = argv[0]?.indexOf('=') ?? -1; equals > 0; equals = argv[0]?.indexOf('=') ?? -1) {
    const text = argv.shift() ?? '';
    variables.set(text.slice(0, equals), text.slice(equals + 1));
  }
  if (argv.length > 0) return runOther(context, argv, { env: Object.fromEntries(variables) });
  for (const [name, value] of variables)
    await context.output.print(`${name}=${value}${options.has('0') ? '\0' : '\n'}`);
  return 0;
};

export const xargs: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: '0n:I:L:P:rtd:s:x',
    long: {
      null: '0',
      'max-args': 'n',
      'no-run-if-empty': 'r',
      replace: 'I',
      delimiter: 'd',
      verbose: 't',
      'max-procs': 'P',
    },
    stopsAtOperand: true,
  });
  const command = options.operands.length > 0 ? options.operands : ['echo'];
  const items = itemsOf(options, decodeText(await readAll(context.input)));
  let status = 0;
  for (const argv of commandLines(options, command, items)) {
    if (options.has('t')) await context.error.print(`${argv.join(' ')}\n`);
    const input = MemoryPipe.of(context.host, context.breath, new Uint8Array());
    const one = await runOther(context, argv, { input });
    if (one === kNotFound || one === 126) return one;
    if (one === 255) throw new ToolError(`${argv[0] ?? ''}: exited with status 255; aborting`, 124);
    if (one > 128) return 125;
    if (one !== 0) status = 123;
  }
  return status;
};

function itemsOf(options: Options, text: string): string[] {
  const delimiter = options.has('0') ? '\0' : options.value('d')?.replace('\\n', '\n').replace('\\0', '\0');
  if (delimiter !== undefined) {
    const items = text.split(delimiter);
    if (items.at(-1) === '') items.pop();
    return items;
  }
  const lines = options.has('I') || options.has('L');
  return lines
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    : quotedItems(text);
}

/** Items are between blanks; quotes and backslashes keep blanks in them. */
function quotedItems(text: string): string[] {
  const items: string[] = [];
  for (const [item] of text.matchAll(/(?:\\[\s\S]|"[^"\n]*"|'[^'\n]*'|[^\s"'\\]|["'\\])+/g)) {
    const pieces = item.matchAll(/\\([\s\S])|"([^"\n]*)"|'([^'\n]*)'|([^"'\\])|(["'\\])/g);
    let result = '';
    for (const [, escaped, double, single, plain, lone] of pieces) {
      if (lone === '"' || lone === "'")
        throw new ToolError(`unmatched ${lone === '"' ? 'double' : 'single'} quote`, 1);
      result += escaped ?? double ?? single ?? plain ?? '';
    }
    items.push(result);
  }
  return items;
}

function* commandLines(
  options: Options,
  command: readonly string[],
  items: readonly string[],
): Generator<string[]> {
  const placeholder = options.value('I');
  if (placeholder !== undefined) {
    for (const item of items) yield command.map((word) => word.replaceAll(placeholder, () => item));
    return;
  }
  const most =
    parseCount(options.value('n') ?? options.value('L') ?? String(items.length), 'number') || items.length;
  if (items.length === 0 && !options.has('r')) yield [...command];
  let line: string[] = [];
  let length = 0;
  for (const item of items) {
    if (line.length >= most || (line.length > 0 && length + item.length > kMostLength)) {
      yield [...command, ...line];
      line = [];
      length = 0;
    }
    line.push(item);
    length += item.length + 1;
  }
  if (line.length > 0) yield [...command, ...line];
}
