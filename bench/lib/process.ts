// SPDX-License-Identifier: Apache-2.0
// Runs one interpreter once and collects what it wrote.

import { spawn } from 'node:child_process';

import { messageOf } from './errors.ts';

export type Outcome =
  { readonly kind: 'done'; readonly stdout: string } | { readonly kind: 'failed'; readonly reason: string };

export function shellQuote(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The argument vector of a command in shell words with further arguments: the shell turns into the command. */
export function commandLine(command: string, parameters: readonly string[]): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', `exec ${command} "$@"`, 'sh', ...parameters];
}

/** The last lines of what a failed program wrote, on one line. */
function tail(text: string): string {
  return text.trim().split('\n').slice(-2).join(' | ').slice(-300);
}

export function runOnce(line: readonly [string, ...string[]], timeout_seconds: number): Promise<Outcome> {
  const [program, ...parameters] = line;
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeout_seconds * 1000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => resolve({ kind: 'failed', reason: messageOf(error) }));
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve({ kind: 'done', stdout });
      } else {
        const how =
          signal === 'SIGKILL' ? `killed (time limit ${timeout_seconds} s?)` : `exit code ${code ?? signal}`;
        resolve({ kind: 'failed', reason: `${how}: ${tail(stderr)}` });
      }
    });
  });
}

/** The last line of a program's output as JSON; undefined where it is none. */
export function lastJsonLine(stdout: string): unknown {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
