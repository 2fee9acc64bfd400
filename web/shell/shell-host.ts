// SPDX-License-Identifier: Apache-2.0
// What the shell asks of the world. It has no platform of its own: processes, descriptors and files are the host's, and
// whoever implements this (the kernel of a page, Node in the tests) decides what they are.

import type { HostFiles } from '../common/host-files.ts';

export type Environment = Readonly<Record<string, string>>;

/** All that returns a promise rejects with a HostError (web/common/errno.ts) when the host refuses. */
export interface ShellHost {
  /** `$$`. */
  readonly pid: number;
  /** Names, types and times of files, by absolute path. What is in them goes through open(), which may wait. */
  readonly files: HostFiles;

  /** Empty at the end. */
  read(fd: number, size: number): Promise<Uint8Array>;
  /** All of it; EPIPE when nobody reads any more. */
  write(fd: number, bytes: Uint8Array): Promise<void>;
  close(fd: number): Promise<void>;
  /** Moves a file's position by so many bytes, 0 to ask; ESPIPE when it has none. */
  seek(fd: number, by: number): Promise<void>;
  pipe(): Promise<readonly [read: number, write: number]>;
  /** `flags` are OpenFlag of web/common/host-files.ts; the mode is final, the shell has applied its mask. */
  open(path: string, flags: number, mode: number): Promise<number>;

  /**
   * Starts a program by its absolute path; `args` begin with its name. `descriptors` maps the child's numbers to the
   * shell's; it has no others. Resolves to its pid.
   */
  spawn(
    program: string,
    args: readonly string[],
    env: Environment,
    cwd: string,
    descriptors: ReadonlyMap<number, number>,
  ): Promise<number>;
  /** The status as wait(2) has it. */
  wait(pid: number): Promise<number>;
  kill(pid: number, signal: number): Promise<void>;
  /** Gives everything else in the Worker its turn, even for 0. */
  sleep(ms: number): Promise<void>;
  /** The program of this name, looked for in PATH unless it has a slash, or null. */
  find(command: string, env: Environment, cwd: string): string | null;
}

export interface ShellStart {
  /** As sh takes them, without its own name: -c, text, $0, $1… */
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** 022 unless told. */
  readonly umask?: number;
  /** The host's descriptors that the shell begins with; 0, 1 and 2 unless told. */
  readonly descriptors?: readonly number[];
}
