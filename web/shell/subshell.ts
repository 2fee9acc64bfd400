// SPDX-License-Identifier: Apache-2.0
// Copies of a shell and what they are for: elements of pipelines, background jobs, and commands whose output is read.

import { SharedChannel } from './channel.ts';
import { isBrokenPipe } from './error-text.ts';
import { Cancellation, Killed } from './jobs.ts';
import { ExitShell, LeaveLoop, ReturnFromFunction, ShellError } from './leaving.ts';
import { MemoryPipe } from './memory-pipe.ts';
import type { Shell } from './shell-state.ts';
import { decodeText, Input, Output, readAll } from './streams.ts';
import { ShellSyntaxError } from './syntax.ts';
import { kBrokenPipeStatus } from './tools/tool.ts';

export type Run = (shell: Shell) => Promise<number>;

/** Runs to the end of the shell, whatever ends it, and lets go of its descriptors. */
export async function runToEnd(shell: Shell, run: Run, atExit: Run): Promise<number> {
  try {
    const status = await statusOf(shell, run);
    if (shell.exitTrap === null) return status;
    shell.status = status;
    return await statusOf(shell, async () => {
      await atExit(shell);
      return status;
    });
  } finally {
    await shell.descriptors.releaseAll();
  }
}

async function statusOf(shell: Shell, run: Run): Promise<number> {
  try {
    return await run(shell);
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFromFunction) return error.status;
    if (error instanceof LeaveLoop) return shell.status;
    if (error instanceof Killed) return 128 + error.signal;
    if (isBrokenPipe(error)) return kBrokenPipeStatus;
    if (!(error instanceof Error)) throw error;
    if (error instanceof ShellSyntaxError) shell.line = error.line;
    await tell(shell, error.message);
    return error instanceof ShellError ? error.status : 2;
  }
}

/** A line on the shell's stderr; when that is gone, nobody is told. */
export async function tell(shell: Shell, text: string): Promise<void> {
  try {
    const output = new Output(shell.channel(2), shell.guard);
    await output.print(shell.complaint(text));
    await output.flush();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Killed) throw error;
  }
}

/** All at once, each one's output the next one's input. Resolves to the status of the last. */
export async function runPipeline(shell: Shell, elements: readonly Run[], atExit: Run): Promise<number> {
  const { host, breath } = shell.world;
  const copies = elements.map(() => shell.fork());
  for (const [index, copy] of copies.entries()) {
    const next = copies[index + 1];
    if (!next) continue;
    const pipe = new MemoryPipe(host, breath);
    await copy.descriptors.set(1, new SharedChannel(pipe.writer()));
    await next.descriptors.set(0, new SharedChannel(pipe.reader()));
  }
  const statuses = await Promise.all(
    copies.map((copy, index) => runToEnd(copy, elements[index] ?? none, atExit)),
  );
  return statuses.at(-1) ?? 0;
}

const none: Run = () => Promise.resolve(0);

/** What the commands print, without newlines at its end. */
export async function captureOutput(shell: Shell, run: Run, atExit: Run): Promise<string> {
  const { host, breath } = shell.world;
  const copy = shell.fork();
  const pipe = new MemoryPipe(host, breath);
  await copy.descriptors.set(1, new SharedChannel(pipe.writer()));
  const reader = pipe.reader();
  const [status, bytes] = await Promise.all([
    runToEnd(copy, run, atExit),
    readAll(new Input(reader, shell.guard)),
  ]);
  await reader.close();
  shell.substituted = status;
  return decodeText(bytes).replaceAll('\0', '').replace(/\n+$/, '');
}

/** Starts what `&` stands behind. When that is `onlyProgram`, `$!` can be the program's pid. */
export async function startJob(shell: Shell, run: Run, atExit: Run, mayBeProgram: boolean): Promise<void> {
  const { host, breath } = shell.world;
  const copy = shell.fork();
  const cancellation = new Cancellation();
  copy.guard = cancellation.guard;
  await copy.descriptors.set(0, new SharedChannel(MemoryPipe.of(host, breath, new Uint8Array())));
  const started = new Promise<number | null>((resolve) => {
    copy.onStart = resolve;
  });
  const status = runToEnd(copy, run, atExit).finally(() => copy.onStart?.(null));
  const pid = mayBeProgram ? await started : null;
  const id = pid ?? shell.jobs.nextNumber();
  shell.jobs.add({ id, cancellation: pid === null ? cancellation : null, status });
  shell.lastBackground = id;
}
