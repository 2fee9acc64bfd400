// SPDX-License-Identifier: Apache-2.0
// Runs the command for the tests. TAIPAN_COMMAND says which; it is the command under test, already built.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

export const kTargets = ['native', 'node', 'wasi', 'browser'] as const;
export type Target = (typeof kTargets)[number];
export const kWasmTargets: readonly Target[] = ['node', 'wasi', 'browser'];

export const repository = resolve(import.meta.dirname, '../..');
const command = process.env['TAIPAN_COMMAND'] ?? join(repository, 'taipan');

/** The environment without what would change how Python behaves. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('PYTHON')),
);

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
  /** Milliseconds after which the command is killed; the outcome then has a signal. */
  readonly timeout?: number;
}

export function start(
  args: readonly string[],
  { cwd = repository, env = {} }: RunOptions = {},
): ChildProcess {
  return spawn(command, args, {
    cwd,
    env: { ...environment, ...env },
    stdio: 'pipe',
  });
}

/** How a started command ends, and what it wrote. */
export function finish(child: ChildProcess, timeout = 120_000): Promise<Outcome> {
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => output[name].push(chunk));
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
      settle({
        code,
        signal,
        stdout: text(output.stdout),
        stderr: text(output.stderr),
      });
    });
  });
}

export async function taipan(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = start(args, options);
  const outcome = finish(child, options.timeout);
  child.stdin?.on('error', () => {}); // a program need not read its input
  child.stdin?.end(options.input ?? '');
  return outcome;
}

/** `taipan run --target TARGET …`. */
export function run(target: Target, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return taipan(['run', '--target', target, ...args], options);
}

/** Sends a program these signals when it first says something, and SIGTERM when it does again. */
export function interrupted(
  target: Target,
  code: string,
  signals: readonly NodeJS.Signals[],
): Promise<Outcome> {
  const child = start(['run', '--target', target, '-c', code]);
  const outcome = finish(child, 30_000);
  child.stdout?.once('data', () => {
    for (const signal of signals) child.kill(signal);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
  });
  return outcome;
}

/** A folder that is gone after the test. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'taipan-e2e-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
