// SPDX-License-Identifier: Apache-2.0
// All that one shell knows. A subshell is a copy; what it changes, nobody else sees.

import type { Breath } from './breath.ts';
import type { Channel } from './channel.ts';
import { DescriptorTable, kClosedChannel } from './channel.ts';
import type { Jobs } from './jobs.ts';
import type { ShellHost } from './shell-host.ts';
import type { Guard } from './streams.ts';
import type { Command } from './syntax.ts';
import type { Tool } from './tools/tool.ts';
import { Variables } from './variables.ts';

/** The letters of `set`. */
export interface ShellOptions {
  /** -e: a command that fails ends the shell. */
  errexit: boolean;
  /** -u: a variable that is not set is an error. */
  nounset: boolean;
  /** -f: no names of files. */
  noglob: boolean;
  /** -x: tells what it does. */
  xtrace: boolean;
  /** -n: reads only. */
  noexec: boolean;
}

/** What a shell hands on to its copies as it is. */
export interface ShellWorld {
  readonly host: ShellHost;
  readonly breath: Breath;
  /** What runs inside the shell under this name. */
  readonly findTool: (name: string) => Tool | null;
}

export class Shell {
  readonly world: ShellWorld;
  /** `$0`, with which messages begin. */
  readonly name: string;
  readonly jobs: Jobs;
  descriptors = new DescriptorTable();
  variables = new Variables();
  positional: readonly string[] = [];
  functions = new Map<string, Command>();
  options: ShellOptions = { errexit: false, nounset: false, noglob: false, xtrace: false, noexec: false };
  cwd: string;
  umask: number;
  /** `$?` */
  status = 0;
  /** `$!` */
  lastBackground: number | null = null;
  /** Of the command that runs. */
  line = 1;
  loops = 0;
  /** Above 0 a command that fails is an answer, and does not end the shell under -e. */
  tested = 0;
  functionDepth = 0;
  /** Values that `local` has put aside, for each function that runs. */
  locals: Map<string, ReturnType<Variables['save']>>[] = [];
  /** How far getopts has come within an argument. */
  optionAt = { index: 1, at: 1 };
  exitTrap: string | null = null;
  /** Told once what a background job has become: a process of the host, or something inside the shell. */
  onStart: ((pid: number | null) => void) | null = null;
  /** The status of the last command substitution: that of a command that is only assignments. */
  substituted = 0;
  /** Ends waits when this shell is a background job that was killed. */
  guard: Guard = (wait) => wait;

  constructor(world: ShellWorld, name: string, cwd: string, umask: number, jobs: Jobs) {
    this.world = world;
    this.name = name;
    this.cwd = cwd;
    this.umask = umask;
    this.jobs = jobs;
  }

  get host(): ShellHost {
    return this.world.host;
  }

  channel(number: number): Channel {
    return this.descriptors.get(number)?.channel ?? kClosedChannel;
  }

  fork(): Shell {
    const copy = new Shell(this.world, this.name, this.cwd, this.umask, this.jobs.forSubshell());
    copy.descriptors = this.descriptors.copy();
    copy.variables = this.variables.copy();
    copy.positional = this.positional;
    copy.functions = new Map(this.functions);
    copy.options = { ...this.options };
    copy.status = this.status;
    copy.lastBackground = this.lastBackground;
    copy.line = this.line;
    copy.functionDepth = this.functionDepth;
    copy.tested = this.tested;
    copy.guard = this.guard;
    return copy;
  }

  /** What messages of the shell begin with. */
  get complaintStart(): string {
    return `${this.name}: ${this.line}: `;
  }

  complaint(text: string): string {
    return `${this.complaintStart}${text}\n`;
  }
}
