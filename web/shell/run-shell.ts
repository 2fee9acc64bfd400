// SPDX-License-Identifier: Apache-2.0
// sh: `sh -c TEXT NAME ARGS…`, `sh FILE ARGS…`, or a script on its input. And tools as the programs that they are
// elsewhere.

import { joinPath } from '../common/path-text.ts';
import { Breath } from './breath.ts';
import { setLetters } from './builtins/variables.ts';
import type { Channel } from './channel.ts';
import { DescriptorTable, HostChannel, SharedChannel } from './channel.ts';
import { runExitTrap, runText } from './execution.ts';
import { readFileText } from './files.ts';
import { Jobs } from './jobs.ts';
import type { Surroundings } from './programs.ts';
import { runExternal } from './programs.ts';
import type { ShellHost, ShellStart } from './shell-host.ts';
import { Shell } from './shell-state.ts';
import { decodeText, Input, readAll } from './streams.ts';
import { runToEnd, tell } from './subshell.ts';
import { findTool as findPlainTool } from './tools/table.ts';
import type { Tool, ToolContext } from './tools/tool.ts';
import { Variables } from './variables.ts';

const kUmask = 0o022;

/** Resolves to the exit code. */
export async function runShell(start: ShellStart, host: ShellHost): Promise<number> {
  return startShell(outermost(start, host), start.args);
}

/** Any tool by its name, `sh` too. */
export function findTool(name: string): Tool | null {
  return name === 'sh' ? shellAsTool : findPlainTool(name);
}

/** `argv` begins with the tool's name. Resolves to the exit code, 127 when there is no such tool. */
export async function runTool(
  argv: readonly string[],
  start: Omit<ShellStart, 'args'>,
  host: ShellHost,
): Promise<number> {
  const [name = '', ...args] = argv;
  if (name === 'sh') return runShell({ ...start, args }, host); // which has all descriptors, not only three
  const tool = findTool(name);
  return tool ? runExternal(outermost(start, host), { kind: 'tool', tool }, argv) : 127;
}

function outermost(start: Omit<ShellStart, 'args'>, host: ShellHost): Surroundings {
  const { env, cwd, umask = kUmask, descriptors = [0, 1, 2] } = start;
  const channels = descriptors.map((fd) => [fd, new HostChannel(host, fd)] as const);
  return {
    ...{ host, breath: new Breath(host), findTool, env, cwd, umask },
    guard: (wait) => wait,
    descriptors: borrowed(channels),
  };
}

/** Channels that somebody else will close: they are held once more than let go. */
function borrowed(channels: readonly (readonly [number: number, channel: Channel])[]): DescriptorTable {
  const table = new DescriptorTable();
  for (const [number, channel] of channels) table.replace(number, new SharedChannel(channel).hold());
  return table;
}

function shellAsTool(context: ToolContext): Promise<number> {
  const descriptors = borrowed([
    [0, context.input.channel],
    [1, context.output.channel],
    [2, context.error.channel],
  ]);
  return startShell({ ...context, findTool, descriptors }, context.args);
}

/** Without -c and -s the script is in a file, if one is named. */
type ScriptFrom = 'text' | 'input' | 'file';

interface Invocation {
  readonly name: string;
  readonly positional: readonly string[];
  /** Null when it could not be read. */
  readonly text: string | null;
}

async function startShell(place: Surroundings, args: readonly string[]): Promise<number> {
  const rest = [...args];
  const shell = newShell(place, 'sh');
  shell.line = 0;
  let from: ScriptFrom = 'file';
  while (/^[-+]./.test(rest[0] ?? '')) {
    const arg = rest.shift() ?? '';
    if (arg === '--') break;
    if (/^-.*c/.test(arg)) from = 'text';
    else if (/^-.*s/.test(arg)) from = 'input';
    const error = setLetters(shell, arg.replace(/[cs]/g, ''), rest);
    if (error !== null) return refuse(shell, error);
  }
  if (from === 'text' && rest.length === 0) return refuse(shell, '-c requires an argument');
  const { name, positional, text } = await invocationOf(place, rest, from);
  if (text === null) return refuse(shell, `cannot open ${name}: No such file`);
  return runNamedShell(place, shell, { name, positional, text });
}

async function invocationOf(place: Surroundings, rest: string[], from: ScriptFrom): Promise<Invocation> {
  if (from === 'text') {
    const [text = '', name = 'sh', ...positional] = rest;
    return { name, positional, text };
  }
  const [file, ...positional] = rest;
  if (file !== undefined && from === 'file')
    return { name: file, positional, text: await readFileText(place.host, joinPath(place.cwd, file)) };
  const channel = place.descriptors.get(0)?.channel;
  const text = channel ? decodeText(await readAll(new Input(channel, place.guard))) : '';
  return { name: 'sh', positional: rest, text };
}

async function refuse(shell: Shell, text: string): Promise<number> {
  await tell(shell, text);
  return 2;
}

function newShell(place: Surroundings, name: string): Shell {
  const { host, breath, findTool: find, cwd, umask } = place;
  const shell = new Shell({ host, breath, findTool: find }, name, cwd, umask, new Jobs());
  shell.descriptors = place.descriptors;
  shell.variables = Variables.from(place.env);
  shell.variables.set('IFS', ' \t\n');
  shell.variables.change('PWD', { value: cwd, exported: true });
  shell.guard = place.guard;
  return shell;
}

async function runNamedShell(
  place: Surroundings,
  { options }: Shell,
  { name, positional, text }: Invocation,
): Promise<number> {
  const shell = newShell(place, name);
  shell.options = options;
  shell.positional = positional;
  const status = await runToEnd(shell, (inner) => runText(inner, text ?? ''), runExitTrap);
  await shell.jobs.settle();
  return status;
}
