// SPDX-License-Identifier: Apache-2.0
// Builtins about where the shell is and what it finds there: cd, umask, command and type.

import { errorCode } from '../error-text.ts';
import { joinPath, normalPath } from '../../common/path-text.ts';
import { surroundings } from '../surroundings.ts';
import { findExternal, isFolder } from '../programs.ts';
import { kReserved } from '../parser.ts';
import type { Shell } from '../shell-state.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { immediate, refuse } from './builtin.ts';

const kExecute = 1;

const cd: Builtin = async (call) => {
  const { shell, context } = call;
  const args = call.args.filter((arg) => arg !== '--' && arg !== '-L' && arg !== '-P');
  const [wish = shell.variables.get('HOME') ?? ''] = args;
  const target = wish === '-' ? (shell.variables.get('OLDPWD') ?? '') : wish;
  // A name that leads through links is kept as it was written, but for dots.
  const path = normalPath(joinPath(shell.cwd, target));
  if (!canEnter(shell, path)) return refuse(call, `can't cd to ${target}`);
  shell.variables.change('OLDPWD', { value: shell.cwd, exported: true });
  shell.cwd = path;
  shell.variables.change('PWD', { value: path, exported: true });
  if (wish === '-') await context.output.print(`${path}\n`);
  return 0;
};

function canEnter(shell: Shell, path: string): boolean {
  if (!isFolder(shell.host, path)) return false;
  try {
    shell.host.files.access(path, kExecute);
    return true;
  } catch (error) {
    // Hosts without permissions have no answer.
    return errorCode(error) === 'ENOSYS';
  }
}

const umask: Builtin = async (call) => {
  const { shell, args, context } = call;
  const [text] = args;
  if (text === undefined) await context.output.print(`${shell.umask.toString(8).padStart(4, '0')}\n`);
  else if (/^[0-7]{1,4}$/.test(text)) shell.umask = parseInt(text, 8) & 0o777;
  else return refuse(call, `Illegal mode: ${text}`);
  return 0;
};

/** What a name means, as `command -v` and `type` say it; null when it means nothing. */
function meaning({ shell }: BuiltinCall, name: string, isBuiltin: (name: string) => boolean) {
  if (shell.functions.has(name)) return { short: name, long: `${name} is a shell function` };
  if (kReserved.has(name)) return { short: name, long: `${name} is a shell keyword` };
  if (isBuiltin(name)) return { short: name, long: `${name} is a shell builtin` };
  const place = surroundings(shell);
  const found = findExternal(place, name);
  if (!found || found.kind === 'refused') return null;
  const path = shell.host.find(name, place.env, shell.cwd) ?? (name.includes('/') ? name : `/bin/${name}`);
  return { short: path, long: `${name} is ${path}` };
}

/** `isBuiltin` knows the table that these are part of. */
export function placeBuiltins(isBuiltin: (name: string) => boolean): Readonly<Record<string, Builtin>> {
  const type: Builtin = async (call) => {
    let status = 0;
    for (const name of call.args) {
      const found = meaning(call, name, isBuiltin);
      await call.context.output.print(`${found?.long ?? `${name}: not found`}\n`);
      if (!found) status = 127;
    }
    return status;
  };
  const command: Builtin = async (call) => {
    const [option, ...names] = call.args;
    if (option === '-V') return type({ ...call, args: names });
    if (option !== '-v') {
      const argv = option === '--' || option === '-p' ? names : call.args;
      return argv.length === 0 ? 0 : call.machine.call(call.shell, argv);
    }
    const found = meaning(call, names[0] ?? '', isBuiltin);
    if (found) await call.context.output.print(`${found.short}\n`);
    return found ? 0 : 127;
  };
  const nothing = immediate(() => 0);
  return { cd, command, hash: nothing, jobs: nothing, type, umask };
}
