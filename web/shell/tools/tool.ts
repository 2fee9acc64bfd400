// SPDX-License-Identifier: Apache-2.0
// What a tool is: a function over streams. What it is called with, and what it may ask for.

import { joinPath } from '../../common/path-text.ts';
import type { Breath } from '../breath.ts';
import type { Channel } from '../channel.ts';
import { errorText, isBrokenPipe } from '../error-text.ts';
import { Killed } from '../jobs.ts';
import type { Environment, ShellHost } from '../shell-host.ts';
import type { Guard, Input, Output } from '../streams.ts';

export interface ToolContext {
  readonly name: string;
  /** What complaints begin with, before the name. */
  readonly prefix: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly umask: number;
  readonly host: ShellHost;
  readonly breath: Breath;
  readonly guard: Guard;
  readonly input: Input;
  readonly output: Output;
  readonly error: Output;
  /** Runs another command with the same streams; null when there is none of that name. */
  readonly run: RunCommand;
  /** There is a tool of this name. */
  readonly isTool: (name: string) => boolean;
}

export interface RunOptions {
  readonly env?: Environment;
  readonly input?: Channel;
}
export type RunCommand = (argv: readonly string[], options?: RunOptions) => Promise<number | null>;

/** Resolves to the exit code. */
export type Tool = (context: ToolContext) => Promise<number>;

/** Ends a tool with one line on stderr. */
export class ToolError extends Error {
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

/** What a process is said to have exited with that SIGPIPE ended. */
export const kBrokenPipeStatus = 141;

export async function runTool(tool: Tool, context: ToolContext): Promise<number> {
  try {
    const status = await tool(context);
    await context.output.flush();
    await context.error.flush();
    return status;
  } catch (error) {
    if (isBrokenPipe(error)) return kBrokenPipeStatus;
    if (!(error instanceof Error) || error instanceof Killed) throw error;
    return await fail(context, error);
  }
}

/** What was printed before the error still comes out. */
async function fail(context: ToolContext, error: Error): Promise<number> {
  const text =
    error instanceof ToolError ? error.message : 'code' in error ? errorText(error) : String(error);
  try {
    await context.output.flush();
    await complain(context, text);
  } catch (second) {
    if (isBrokenPipe(second)) return kBrokenPipeStatus;
    // Nobody can be told any more.
    if (!(second instanceof Error) || second instanceof Killed) throw second;
  }
  return error instanceof ToolError ? error.status : 2;
}

/** A line on stderr, right away, behind what was printed until now. */
export async function complain(context: ToolContext, text: string): Promise<void> {
  await context.output.flush();
  await context.error.print(`${context.prefix}${context.name}: ${text}\n`);
  await context.error.flush();
}

/** Complains about one of several files; the others go on. */
export async function complainOf(context: ToolContext, path: string, error: unknown): Promise<void> {
  if (isBrokenPipe(error)) throw error;
  await complain(context, `${path}: ${errorText(error)}`);
}

export function pathOf(context: ToolContext, path: string): string {
  return joinPath(context.cwd, path);
}
