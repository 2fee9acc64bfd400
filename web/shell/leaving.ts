// SPDX-License-Identifier: Apache-2.0
// What ends more than one command: errors of a script, and the ways to leave what one is in.

/** What goes wrong in a script that is well written; ends the shell, as POSIX has it for one without a terminal. */
export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

/** How exit, return, break and continue leave what they are in. */
export class ExitShell extends Error {
  readonly status: number;

  constructor(status: number) {
    super('exit');
    this.status = status;
  }
}

export class ReturnFromFunction extends Error {
  readonly status: number;

  constructor(status: number) {
    super('return');
    this.status = status;
  }
}

export class LeaveLoop extends Error {
  /** How many loops are left; the last of them goes on when `again`. */
  levels: number;
  readonly again: boolean;

  constructor(levels: number, again: boolean) {
    super('break');
    this.levels = levels;
    this.again = again;
  }
}
