// SPDX-License-Identifier: Apache-2.0
// Builtins about variables, arguments and options.

import { ShellError } from '../leaving.ts';
import { kOptionLetters } from '../parameters.ts';
import type { Shell } from '../shell-state.ts';
import { isName } from '../variables.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { immediate, quote } from './builtin.ts';

/** Splits name=value; the value is null when there is only a name. */
function definition(call: BuiltinCall, text: string): readonly [name: string, value: string | null] {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (!isName(name)) throw new ShellError(`${call.context.name}: ${name}: bad variable name`);
  return [name, equals < 0 ? null : text.slice(equals + 1)];
}

/** export and readonly: without names they list what they have marked. */
const mark =
  (attribute: 'exported' | 'readOnly'): Builtin =>
  async (call) => {
    const { shell, args, context } = call;
    const names = args.filter((arg, index) => !(index === 0 && (arg === '-p' || arg === '--')));
    for (const text of names) {
      const [name, value] = definition(call, text);
      shell.variables.change(name, { [attribute]: true, ...(value === null ? {} : { value }) });
    }
    if (names.length > 0) return 0;
    for (const [name, value] of shell.variables.entries(attribute))
      await context.output.print(`${context.name} ${name}${value === null ? '' : `=${quote(value)}`}\n`);
    return 0;
  };

const unset = immediate((call) => {
  const { shell, args } = call;
  const functions = args[0] === '-f';
  for (const name of functions || args[0] === '-v' ? args.slice(1) : args) {
    if (functions) shell.functions.delete(name);
    else if (isName(name)) shell.variables.unset(name);
    else throw new ShellError(`unset: ${name}: bad variable name`);
  }
  return 0;
});

const local = immediate((call) => {
  const { shell, args } = call;
  const saved = shell.locals.at(-1);
  if (!saved) throw new ShellError('local: not in a function');
  for (const text of args) {
    const [name, value] = definition(call, text);
    if (!saved.has(name)) saved.set(name, shell.variables.save(name));
    if (value !== null) shell.variables.set(name, value);
  }
  return 0;
});

const kLongOptions: ReadonlySet<string> = new Set(Object.values(kOptionLetters));

const set: Builtin = async (call) => {
  const { shell, context } = call;
  if (call.args.length > 0) return applySet(call);
  for (const [name, value] of shell.variables.entries('all'))
    if (value !== null) await context.output.print(`${name}=${quote(value)}\n`);
  return 0;
};

function applySet({ shell, args: given }: BuiltinCall): number {
  const args = [...given];
  while (/^[-+]./.test(args[0] ?? '')) {
    const arg = args.shift() ?? '';
    if (arg === '--') {
      shell.positional = args;
      return 0;
    }
    const error = setLetters(shell, arg, args);
    if (error !== null) throw new ShellError(`set: ${error}`);
  }
  if (args.length > 0) shell.positional = args;
  return 0;
}

/** What is wrong with them, or null. */
export function setLetters(shell: Shell, arg: string, rest: string[]): string | null {
  const value = arg.startsWith('-');
  for (const letter of arg.slice(1)) {
    const name = letter === 'o' ? (rest.shift() ?? '') : kOptionLetters[letter];
    if (name !== undefined && kLongOptions.has(name)) shell.options[name as keyof Shell['options']] = value;
    else
      return `Illegal option ${letter === 'o' ? '' : arg.charAt(0)}${letter === 'o' ? `-o ${name ?? ''}` : letter}`;
  }
  return null;
}

const shift = immediate(({ shell, args }) => {
  const [text = '1'] = args;
  if (!/^\d{1,9}$/.test(text)) throw new ShellError(`shift: Illegal number: ${text}`);
  if (Number(text) > shell.positional.length) throw new ShellError("shift: can't shift that many");
  shell.positional = shell.positional.slice(Number(text));
  return 0;
});

export const kVariableBuiltins: Readonly<Record<string, Builtin>> = {
  export: mark('exported'),
  readonly: mark('readOnly'),
  local,
  set,
  shift,
  unset,
};
