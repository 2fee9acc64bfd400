// SPDX-License-Identifier: Apache-2.0
// The values of parameters: variables, arguments, and the signs that the shell sets.

import type { Shell, ShellOptions } from './shell-state.ts';

/** The letters of options, in the order of `$-`. */
export const kOptionLetters: Readonly<Record<string, keyof ShellOptions>> = {
  e: 'errexit',
  f: 'noglob',
  n: 'noexec',
  u: 'nounset',
  x: 'xtrace',
};

/** Null when it is not set. */
export function parameterValue(shell: Shell, name: string): string | null {
  if (/^\d+$/.test(name)) return name === '0' ? shell.name : (shell.positional[Number(name) - 1] ?? null);
  switch (name) {
    case '?':
      return String(shell.status);
    case '$':
      return String(shell.host.pid);
    case '!':
      return shell.lastBackground === null ? null : String(shell.lastBackground);
    case '#':
      return String(shell.positional.length);
    case '-':
      return Object.entries(kOptionLetters)
        .filter(([, option]) => shell.options[option])
        .map(([letter]) => letter)
        .join('');
    default:
      return shell.variables.get(name);
  }
}

/** As parameterValue(), with all arguments for $@ and $*. */
export function valueOf(shell: Shell, name: string): string | null {
  if (name !== '@' && name !== '*') return parameterValue(shell, name);
  return shell.positional.length === 0 ? null : shell.positional.join(' ');
}
