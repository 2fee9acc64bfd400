// SPDX-License-Identifier: Apache-2.0
// getopts: the next option of the script's arguments.

import type { Shell } from '../shell-state.ts';
import { isName } from '../variables.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { refuse } from './builtin.ts';

interface Found {
  readonly option: string;
  /** Null unsets OPTARG. */
  readonly value: string | null;
  readonly complaint: string | null;
  readonly status: number;
}

export const getopts: Builtin = async (call) => {
  const { shell, args } = call;
  const [letters, name, ...given] = args;
  if (letters === undefined || name === undefined) return refuse(call, 'usage: getopts optstring var [arg]');
  if (!isName(name)) return refuse(call, `${name}: bad variable name`);
  const found = nextOption(shell, letters, given.length > 0 ? given : shell.positional);
  shell.variables.set(name, found.option);
  if (found.value === null) shell.variables.unset('OPTARG');
  else shell.variables.set('OPTARG', found.value);
  if (found.complaint !== null) await complain(call, found.complaint);
  return found.status;
};

async function complain({ context }: BuiltinCall, text: string): Promise<void> {
  await context.error.print(`${text}\n`);
}

/** OPTIND says which argument is next; how far one with several letters has been read is the shell's own. */
function nextOption(shell: Shell, letters: string, args: readonly string[]): Found {
  const { variables } = shell;
  const wish = Math.max(Number(variables.get('OPTIND') ?? 1) || 1, 1);
  // These are other arguments than the last ones.
  const index = wish > args.length + 1 ? 1 : wish;
  const at = shell.optionAt.index === index ? shell.optionAt.at : 1;
  const arg = args[index - 1];
  const moveTo = (next: number, nextAt = 1): void => {
    variables.set('OPTIND', String(next));
    shell.optionAt = { index: next, at: nextAt };
  };
  if (arg === undefined || !/^-./.test(arg) || arg === '--') {
    moveTo(arg === '--' ? index + 1 : index);
    return { option: '?', value: null, complaint: null, status: 1 };
  }
  const letter = arg.charAt(at);
  const rest = arg.slice(at + 1);
  const place = letter === ':' ? -1 : letters.indexOf(letter);
  const quiet = letters.startsWith(':');
  if (rest === '') moveTo(index + 1);
  else moveTo(index, at + 1);
  if (place < 0) {
    return quiet
      ? { option: '?', value: letter, complaint: null, status: 0 }
      : { option: '?', value: null, complaint: `Illegal option -${letter}`, status: 0 };
  }
  if (letters.charAt(place + 1) !== ':') return { option: letter, value: '', complaint: null, status: 0 };
  const value = rest !== '' ? rest : args[index];
  moveTo(index + (rest !== '' ? 1 : 2));
  if (value !== undefined) return { option: letter, value, complaint: null, status: 0 };
  moveTo(index + 1);
  return quiet
    ? { option: ':', value: letter, complaint: null, status: 0 }
    : { option: '?', value: null, complaint: `No arg for -${letter} option`, status: 0 };
}
