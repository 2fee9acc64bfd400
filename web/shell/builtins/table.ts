// SPDX-License-Identifier: Apache-2.0
// All builtins, and which of them are special: their errors end the shell, and assignments before them stay.

import type { Builtin } from './builtin.ts';
import { kControlBuiltins } from './control.ts';
import { getopts } from './getopts.ts';
import { kJobBuiltins } from './jobs.ts';
import { placeBuiltins } from './place.ts';
import { read } from './read.ts';
import { kVariableBuiltins } from './variables.ts';

const kSpecial: ReadonlySet<string> = new Set([
  ...[':', '.', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift'],
  ...['trap', 'unset'],
]);

/** Tools that other shells have inside, too. When nobody reads what they write it is the shell that ends. */
const kInside: ReadonlySet<string> = new Set(['[', 'echo', 'false', 'printf', 'pwd', 'test', 'true']);

const kBuiltins: Readonly<Record<string, Builtin>> = {
  ...kControlBuiltins,
  ...kJobBuiltins,
  ...placeBuiltins((name) => Object.hasOwn(kBuiltins, name) || kInside.has(name)),
  ...kVariableBuiltins,
  getopts,
  read,
};

export function findBuiltin(name: string): Builtin | null {
  return Object.hasOwn(kBuiltins, name) ? (kBuiltins[name] ?? null) : null;
}

export function isSpecial(name: string): boolean {
  return kSpecial.has(name);
}

export function isInside(name: string): boolean {
  return kInside.has(name);
}
