// SPDX-License-Identifier: Apache-2.0
// Commands that are no part of the shell: tools, which run inside it, and programs, which the host starts.

import { fileType, S_IFDIR } from '../common/host-files.ts';
import { joinPath } from '../common/path-text.ts';
import type { Breath } from './breath.ts';
import { DescriptorTable, kClosedChannel, SharedChannel } from './channel.ts';
import { Killed } from './jobs.ts';
import type { Environment, ShellHost } from './shell-host.ts';
import type { Guard } from './streams.ts';
import { Input, Output } from './streams.ts';
import type { RunOptions, Tool, ToolContext } from './tools/tool.ts';
import { complain, runTool } from './tools/tool.ts';
import { errorCode, errorText } from './error-text.ts';

/** What a command finds itself in. */
export interface Surroundings {
  readonly host: ShellHost;
  readonly breath: Breath;
  readonly findTool: (name: string) => Tool | null;
  readonly env: Environment;
  readonly cwd: string;
  readonly umask: number;
  readonly guard: Guard;
  readonly descriptors: DescriptorTable;
  /** Before the names of tools in their complaints. */
  readonly prefix?: string;
}

export type External =
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'program'; readonly path: string }
  /** A file that cannot be run. */
  | { readonly kind: 'refused' };

/** Where tools seem to be. */
const kToolFolder = /^(?:\/usr)?\/bin\/([^/]+)$/;

export function findExternal(place: Surroundings, name: string): External | null {
  if (name === '') return null;
  if (!name.includes('/')) {
    const tool = place.findTool(name);
    if (tool) return { kind: 'tool', tool };
  }
  const path = place.host.find(name, place.env, place.cwd);
  if (path !== null) return { kind: 'program', path };
  const tool = place.findTool(kToolFolder.exec(name)?.[1] ?? '');
  if (tool) return { kind: 'tool', tool };
  return name.includes('/') && exists(place.host, joinPath(place.cwd, name)) ? { kind: 'refused' } : null;
}

function exists(host: ShellHost, path: string): boolean {
  try {
    host.files.stat(path);
    return true;
  } catch {
    return false;
  }
}

export function isFolder(host: ShellHost, path: string): boolean {
  try {
    return fileType(host.files.stat(path).mode) === S_IFDIR;
  } catch {
    return false;
  }
}

export function toolContext(place: Surroundings, argv: readonly string[]): ToolContext {
  const [name = '', ...args] = argv;
  const channel = (number: number) => place.descriptors.get(number)?.channel ?? kClosedChannel;
  const context: ToolContext = {
    ...{ name, prefix: place.prefix ?? '', args, env: place.env, cwd: place.cwd, umask: place.umask },
    ...{ host: place.host, breath: place.breath, guard: place.guard },
    input: new Input(channel(0), place.guard),
    output: new Output(channel(1), place.guard),
    error: new Output(channel(2), place.guard),
    isTool: (tool) => place.findTool(tool) !== null,
    run: async (inner, options) => {
      await context.output.flush();
      return runFromTool(place, inner, options);
    },
  };
  return context;
}

async function runFromTool(
  place: Surroundings,
  argv: readonly string[],
  { env = place.env, input }: RunOptions = {},
): Promise<number | null> {
  const descriptors = place.descriptors.copy();
  if (input) await descriptors.set(0, new SharedChannel(input));
  const inner = { ...place, env, descriptors };
  try {
    const external = findExternal(inner, argv[0] ?? '');
    return external && (await runExternal(inner, external, argv));
  } finally {
    await descriptors.releaseAll();
  }
}

/** `onStart` is told the process, if it is one. */
export async function runExternal(
  place: Surroundings,
  external: External,
  argv: readonly string[],
  onStart: (pid: number | null) => void = () => undefined,
): Promise<number> {
  if (external.kind === 'program') return runProgram(place, external.path, argv, onStart);
  onStart(null);
  const context = toolContext(place, argv);
  if (external.kind === 'tool') return runTool(external.tool, context);
  await complain(context, 'Permission denied');
  return 126;
}

async function runProgram(
  place: Surroundings,
  path: string,
  argv: readonly string[],
  onStart: (pid: number | null) => void,
): Promise<number> {
  const { host } = place;
  let pid: number;
  try {
    pid = await host.spawn(path, argv, place.env, place.cwd, await place.descriptors.forProgram());
  } catch (error) {
    const code = errorCode(error);
    const shell = code === 'ENOEXEC' ? place.findTool('sh') : null;
    // What the host cannot run is a script.
    if (shell)
      return runExternal(place, { kind: 'tool', tool: shell }, ['sh', path, ...argv.slice(1)], onStart);
    await complain(toolContext(place, argv), errorText(error));
    return code === 'ENOENT' ? 127 : 126;
  }
  onStart(pid);
  try {
    return exitCodeOf(await place.guard(host.wait(pid)));
  } catch (error) {
    if (error instanceof Killed) await host.kill(pid, error.signal);
    throw error;
  }
}

/** What the shell shows of a wait status. */
export function exitCodeOf(status: number): number {
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}
