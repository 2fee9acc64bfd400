// SPDX-License-Identifier: Apache-2.0
// Builtins that say what runs next.

import { readFileText } from '../files.ts';
import { ExitShell, LeaveLoop, ReturnFromFunction, ShellError } from '../leaving.ts';
import { joinPath } from '../../common/path-text.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { immediate, refuse } from './builtin.ts';

/** The number a builtin was given, or what it is without one. */
function numberOf({ args, context }: BuiltinCall, otherwise: number): number {
  const [text] = args;
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new ShellError(`${context.name}: Illegal number: ${text}`);
  return Number(text);
}

const exit = immediate((call) => {
  throw new ExitShell(numberOf(call, call.shell.status) & 0xff);
});

const leave = immediate((call) => {
  const status = numberOf(call, call.shell.status) & 0xff;
  throw call.shell.functionDepth > 0 ? new ReturnFromFunction(status) : new ExitShell(status);
});

/** break and continue; outside of a loop they do nothing. */
const leaveLoop = (again: boolean): Builtin =>
  immediate((call) => {
    const levels = Math.min(numberOf(call, 1), call.shell.loops);
    if (numberOf(call, 1) === 0) throw new ShellError(`${call.context.name}: Illegal number: 0`);
    if (levels > 0) throw new LeaveLoop(levels, again);
    return 0;
  });

const evaluate: Builtin = ({ shell, args, machine }) => machine.evaluate(shell, args.join(' '));

/** There is no other process to become; the shell runs the command and ends. Without one, only redirections count. */
const execute: Builtin = async ({ shell, args, machine }) => {
  if (args.length === 0) return 0;
  throw new ExitShell(await machine.call(shell, args, 'exec: '));
};

const source: Builtin = async (call) => {
  const { shell, args, machine } = call;
  const [name] = args;
  if (name === undefined) return refuse(call, 'filename argument required');
  const folders = name.includes('/') ? [''] : (shell.variables.get('PATH') ?? '').split(':');
  for (const folder of folders) {
    const path = joinPath(shell.cwd, folder === '' ? name : joinPath(folder, name));
    const text = await readFileText(shell.host, path);
    if (text === null) continue;
    return asFunction(call, () => machine.evaluate(shell, text));
  }
  const reason = name.includes('/') ? `cannot open ${name}: No such file` : `${name}: not found`;
  throw new ShellError(`.: ${reason}`);
};

/** `return` ends the file. */
async function asFunction({ shell }: BuiltinCall, run: () => Promise<number>): Promise<number> {
  ++shell.functionDepth;
  try {
    return await run();
  } catch (error) {
    if (error instanceof ReturnFromFunction) return error.status;
    throw error;
  } finally {
    --shell.functionDepth;
  }
}

/** Only the end of the shell can be trapped: signals end a Worker without asking. */
const trap = immediate(({ shell, args }) => {
  const [action = '-', ...signals] = args;
  if (!signals.some((signal) => signal === 'EXIT' || signal === '0')) return 0;
  shell.exitTrap = action === '-' ? null : action;
  return 0;
});

export const kControlBuiltins: Readonly<Record<string, Builtin>> = {
  ':': immediate(() => 0),
  '.': source,
  break: leaveLoop(false),
  continue: leaveLoop(true),
  eval: evaluate,
  exec: execute,
  exit,
  return: leave,
  trap,
};
