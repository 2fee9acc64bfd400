// SPDX-License-Identifier: Apache-2.0
// sed: its options, and files that are edited in place.

import { bytesFromText } from '../../common/path-text.ts';
import { createFile, readFileText } from '../files.ts';
import type { Options } from './options.ts';
import { parseOptions } from './options.ts';
import { SedRun } from './sed-run.ts';
import type { SedCommand } from './sed-script.ts';
import { parseSed } from './sed-script.ts';
import type { Tool, ToolContext } from './tool.ts';
import { pathOf, ToolError } from './tool.ts';

export const sed: Tool = async (context) => {
  const options = parseOptions(context.args.map(inPlace), {
    letters: 'nErsie:f:zu',
    long: { quiet: 'n', silent: 'n', 'regexp-extended': 'E', expression: 'e', file: 'f', 'in-place': 'i' },
  });
  const operands = [...options.operands];
  const script = await scriptOf(context, options, operands);
  const commands = parseSed(script, options.has('E') || options.has('r') ? 'extended' : 'basic');
  const quiet = options.has('n');
  if (options.has('i')) return editInPlace(context, operands, commands, quiet);
  const run = new SedRun(commands, quiet, (text) => context.output.print(text));
  return run.files(context, operands);
};

/** -i.bak keeps no copy. */
function inPlace(arg: string): string {
  return arg.replace(/^-i\..*/, '-i');
}

async function scriptOf(context: ToolContext, options: Options, operands: string[]): Promise<string> {
  const pieces = [...options.values('e')];
  for (const name of options.values('f')) {
    const text = await readFileText(context.host, pathOf(context, name));
    if (text === null) throw new ToolError(`couldn't open file ${name}: No such file or directory`, 1);
    pieces.push(text);
  }
  if (pieces.length > 0) return pieces.join('\n');
  const script = operands.shift();
  if (script === undefined) throw new ToolError('usage: sed [OPTION]... {script} [input-file]...', 1);
  return script;
}

async function editInPlace(
  context: ToolContext,
  names: readonly string[],
  commands: readonly SedCommand[],
  quiet: boolean,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    const text: string[] = [];
    const run = new SedRun(commands, quiet, (piece) => {
      text.push(piece);
      return Promise.resolve();
    });
    status = Math.max(status, await run.files(context, [name]));
    if (status > 1) continue;
    const file = await createFile(context.host, pathOf(context, name), 0o666);
    await file.write(bytesFromText(text.join('')));
    await file.close();
  }
  return status;
}
