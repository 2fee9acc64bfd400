// SPDX-License-Identifier: Apache-2.0
// A simple command: its words are expanded, its redirections made, and what its name stands for is run: a special
// builtin, a function, a builtin, a tool or a program, in this order.

import { HostError } from '../common/errno.ts';
import type { Machine } from './builtins/builtin.ts';
import { findBuiltin, isInside, isSpecial } from './builtins/table.ts';
import type { Expansion } from './expansion.ts';
import { ReturnFromFunction, ShellError } from './leaving.ts';
import { findExternal, runExternal, toolContext } from './programs.ts';
import { Redirected, RedirectionError } from './redirection.ts';
import type { Shell } from './shell-state.ts';
import { tell } from './subshell.ts';
import { surroundings } from './surroundings.ts';
import type { Command, SimpleCommand } from './syntax.ts';
import { kBrokenPipeStatus } from './tools/tool.ts';

const kDeepestFunction = 1000;

export type RunCommand = (shell: Shell, command: Command) => Promise<number>;

/** What simple commands need of the rest of the shell. */
export interface Runner {
  readonly machine: Machine;
  readonly expansion: (shell: Shell) => Expansion;
  readonly runCommand: RunCommand;
}

export async function runSimple(shell: Shell, command: SimpleCommand, runner: Runner): Promise<number> {
  shell.line = command.line;
  shell.substituted = 0;
  const expansion = runner.expansion(shell);
  const argv = await expansion.words(command.words);
  const name = argv[0] ?? '';
  let redirected: Redirected;
  try {
    redirected = await Redirected.apply(shell, expansion, command.redirections);
  } catch (error) {
    if (!(error instanceof RedirectionError) || isSpecial(name)) throw error;
    await tell(shell, error.message);
    return error.status;
  }
  try {
    if (argv.length > 0) return await withAssignments(shell, argv, command, expansion, runner);
    const assigned = await assign(shell, command, expansion, false);
    if (shell.options.xtrace) await trace(shell, assigned, []);
    return shell.substituted;
  } finally {
    if (name === 'exec') await redirected.keep();
    else await redirected.undo();
  }
}

/** One after the other, so that each sees those before it. */
async function assign(
  shell: Shell,
  { assignments }: SimpleCommand,
  expansion: Expansion,
  exported: boolean,
): Promise<string[]> {
  const texts: string[] = [];
  for (const { name, value } of assignments) {
    const text = await expansion.text(value, true);
    shell.variables.change(name, exported ? { value: text, exported } : { value: text });
    texts.push(`${name}=${text}`);
  }
  return texts;
}

async function trace(shell: Shell, assigned: readonly string[], argv: readonly string[]): Promise<void> {
  const words = [...assigned, ...argv];
  const { error } = toolContext(surroundings(shell), ['sh']);
  await error.print(`+ ${words.join(' ')}\n`);
  await error.flush();
}

/** Assignments before a command are for the command only, unless it is a special builtin. */
async function withAssignments(
  shell: Shell,
  argv: readonly string[],
  command: SimpleCommand,
  expansion: Expansion,
  runner: Runner,
): Promise<number> {
  const { variables } = shell;
  const saved = command.assignments.map(({ name }) => [name, variables.save(name)] as const);
  try {
    const assigned = await assign(shell, command, expansion, true);
    if (shell.options.xtrace) await trace(shell, assigned, argv);
    return await runNamed(shell, argv, runner, null);
  } finally {
    if (!isSpecial(argv[0] ?? ''))
      for (const [name, before] of saved.reverse()) variables.restore(name, before);
  }
}

/** With a prefix for complaints functions do not count. */
export async function runNamed(
  shell: Shell,
  argv: readonly string[],
  runner: Runner,
  prefix: string | null,
): Promise<number> {
  const [name = ''] = argv;
  const body = prefix === null && !isSpecial(name) ? shell.functions.get(name) : undefined;
  if (body) return runFunction(shell, body, argv, runner.runCommand);
  if (findBuiltin(name)) return runBuiltin(shell, argv, runner.machine);
  const place = surroundings(shell);
  const external = findExternal(place, name);
  if (!external) {
    await tell(shell, `${prefix ?? ''}${name}: not found`);
    return 127;
  }
  if (external.kind === 'refused') {
    await tell(shell, `${prefix ?? ''}${name}: Permission denied`);
    return 126;
  }
  const own = isInside(name) ? { ...place, prefix: shell.complaintStart } : place;
  const status = await runExternal(own, external, argv, shell.onStart ?? undefined);
  if (status === kBrokenPipeStatus && isInside(name)) throw new HostError('EPIPE');
  return status;
}

async function runFunction(
  shell: Shell,
  body: Command,
  [, ...args]: readonly string[],
  runCommand: RunCommand,
): Promise<number> {
  shell.onStart?.(null);
  if (shell.functionDepth >= kDeepestFunction) throw new ShellError('functions call each other too deeply');
  const { positional, loops } = shell;
  const locals = new Map<string, ReturnType<Shell['variables']['save']>>();
  shell.positional = args;
  shell.locals.push(locals);
  shell.loops = 0;
  ++shell.functionDepth;
  try {
    return await runCommand(shell, body);
  } catch (error) {
    if (error instanceof ReturnFromFunction) return error.status;
    throw error;
  } finally {
    --shell.functionDepth;
    shell.loops = loops;
    shell.locals.pop();
    for (const [name, before] of locals) shell.variables.restore(name, before);
    shell.positional = positional;
  }
}

async function runBuiltin(shell: Shell, argv: readonly string[], machine: Machine): Promise<number> {
  const [name = '', ...args] = argv;
  shell.onStart?.(null);
  const context = toolContext(surroundings(shell), argv);
  try {
    return (await findBuiltin(name)?.({ shell, args, context, machine })) ?? 0;
  } finally {
    await context.output.flush();
    await context.error.flush();
  }
}
