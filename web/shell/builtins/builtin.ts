// SPDX-License-Identifier: Apache-2.0
// What a builtin is: a command that reads or changes the shell itself.

import type { Shell } from '../shell-state.ts';
import type { ToolContext } from '../tools/tool.ts';

/** What builtins ask of whoever runs commands. */
export interface Machine {
  /** Runs a script in this very shell. */
  evaluate(shell: Shell, text: string): Promise<number>;
  /** Runs a command that is no function. Complaints begin with the prefix. */
  call(shell: Shell, argv: readonly string[], prefix?: string): Promise<number>;
}

export interface BuiltinCall {
  readonly shell: Shell;
  readonly args: readonly string[];
  /** Its streams. */
  readonly context: ToolContext;
  readonly machine: Machine;
}

export type Builtin = (call: BuiltinCall) => Promise<number>;

export const kDone = Promise.resolve(0);

/** A builtin that has nothing to wait for. */
export function immediate(run: (call: BuiltinCall) => number): Builtin {
  return async (call) => {
    await kDone;
    return run(call);
  };
}

/** One line on stderr; the status of misuse. */
export async function refuse(call: BuiltinCall, text: string, status = 2): Promise<number> {
  await call.context.error.print(call.shell.complaint(`${call.context.name}: ${text}`));
  return status;
}

/** 'text' as the shell reads it back. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
