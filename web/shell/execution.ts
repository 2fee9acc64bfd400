// SPDX-License-Identifier: Apache-2.0
// Runs what the parser made. Each command resolves to its exit status; exit, return, break and continue are thrown.

import type { Machine } from './builtins/builtin.ts';
import { Expansion } from './expansion.ts';
import { ExitShell, LeaveLoop } from './leaving.ts';
import { Parser } from './parser.ts';
import { Pattern } from './patterns.ts';
import { Redirected, RedirectionError } from './redirection.ts';
import type { Shell } from './shell-state.ts';
import type { Runner } from './simple-command.ts';
import { runNamed, runSimple } from './simple-command.ts';
import { Source } from './source.ts';
import { captureOutput, runPipeline, runToEnd, startJob, tell } from './subshell.ts';
import type { AndOr, Command, CompoundCommand, Pipeline, Script, ScriptItem } from './syntax.ts';

const kMachine: Machine = {
  evaluate: runText,
  call: (shell, argv, prefix = '') => runNamed(shell, argv, kRunner, prefix),
};

const kRunner: Runner = {
  machine: kMachine,
  expansion: expansionOf,
  runCommand,
};

/** One line after the other: those before a syntax error have run when it is found. */
export async function runText(shell: Shell, text: string): Promise<number> {
  const parser = new Parser(new Source(text));
  let status = 0;
  for (let script = parser.line(); script; script = parser.line()) {
    if (!shell.options.noexec) status = await runScript(shell, script);
  }
  return status;
}

/** What the shell does when it ends. */
export async function runExitTrap(shell: Shell): Promise<number> {
  const action = shell.exitTrap ?? '';
  shell.exitTrap = null;
  return runText(shell, action);
}

function expansionOf(shell: Shell): Expansion {
  return new Expansion(shell, (inner, body) =>
    captureOutput(inner, (copy) => runScript(copy, body), runExitTrap),
  );
}

async function runScript(shell: Shell, script: Script): Promise<number> {
  let status = 0;
  for (const item of script.items) {
    status = await runItem(shell, item);
    shell.status = status;
  }
  return status;
}

async function runItem(shell: Shell, { command, background }: ScriptItem): Promise<number> {
  if (!background) return runAndOr(shell, command);
  const { pipeline, simple } = onlyPipeline(command);
  await startJob(
    shell,
    (copy) => (pipeline ? runOne(copy, pipeline) : runAndOr(copy, command)),
    runExitTrap,
    simple,
  );
  return 0;
}

/** A job of one command is that command, with no shell around it. */
function onlyPipeline({ first, rest }: AndOr): {
  readonly pipeline: Pipeline | null;
  readonly simple: boolean;
} {
  if (rest.length > 0) return { pipeline: null, simple: false };
  const [command] = first.commands;
  return { pipeline: first, simple: first.commands.length === 1 && command?.kind === 'simple' };
}

async function runAndOr(shell: Shell, { first, rest }: AndOr): Promise<number> {
  let status = await runTested(shell, rest.length > 0, () => runOne(shell, first));
  for (const [index, { operator, pipeline }] of rest.entries()) {
    shell.status = status;
    if ((status === 0) !== (operator === '&&')) continue;
    status = await runTested(shell, index < rest.length - 1, () => runOne(shell, pipeline));
  }
  return status;
}

async function runTested(shell: Shell, tested: boolean, run: () => Promise<number>): Promise<number> {
  if (!tested) return run();
  ++shell.tested;
  try {
    return await run();
  } finally {
    --shell.tested;
  }
}

async function runOne(shell: Shell, { negated, commands }: Pipeline): Promise<number> {
  const [only] = commands;
  const status = await runTested(shell, negated, () => {
    if (only && commands.length === 1) return runCommand(shell, only);
    const elements = commands.map((command) => (copy: Shell) => runCommand(copy, command));
    return runPipeline(shell, elements, runExitTrap);
  });
  if (negated) return status === 0 ? 1 : 0;
  const checked = commands.length > 1 || (only && isChecked(only));
  if (status !== 0 && shell.options.errexit && shell.tested === 0 && checked) throw new ExitShell(status);
  return status;
}

/** Other commands fail when one in them fails, which has been looked at already. */
function isChecked(command: Command): boolean {
  return command.kind === 'simple' || (command.kind === 'compound' && command.command.kind === 'subshell');
}

async function runCommand(shell: Shell, command: Command): Promise<number> {
  await shell.guard(shell.world.breath.take());
  if (command.kind === 'simple') return runSimple(shell, command, kRunner);
  if (command.kind === 'function') {
    shell.functions.set(command.name, command.body);
    return 0;
  }
  shell.onStart?.(null);
  if (command.redirections.length === 0) return runCompound(shell, command.command);
  shell.line = command.line;
  let redirected: Redirected;
  try {
    redirected = await Redirected.apply(shell, expansionOf(shell), command.redirections);
  } catch (error) {
    if (!(error instanceof RedirectionError)) throw error;
    await tell(shell, error.message);
    return error.status;
  }
  try {
    return await runCompound(shell, command.command);
  } finally {
    await redirected.undo();
  }
}

async function runCompound(shell: Shell, command: CompoundCommand): Promise<number> {
  switch (command.kind) {
    case 'group':
      return runScript(shell, command.body);
    case 'subshell':
      return runToEnd(shell.fork(), (copy) => runScript(copy, command.body), runExitTrap);
    case 'if':
      return runIf(shell, command);
    case 'for':
      return runFor(shell, command);
    case 'loop':
      return runLoop(shell, command);
    case 'case':
      return runCase(shell, command);
  }
}

type Of<Kind extends CompoundCommand['kind']> = Extract<CompoundCommand, { readonly kind: Kind }>;

async function runIf(shell: Shell, { branches, otherwise }: Of<'if'>): Promise<number> {
  for (const { condition, body } of branches) {
    const status = await runTested(shell, true, () => runScript(shell, condition));
    if (status === 0) return runScript(shell, body);
  }
  return otherwise ? runScript(shell, otherwise) : 0;
}

async function runFor(shell: Shell, { name, words, body }: Of<'for'>): Promise<number> {
  const values = words ? await expansionOf(shell).words(words) : shell.positional;
  let status = 0;
  for (const value of values) {
    shell.variables.set(name, value);
    const end = await runRound(shell, body);
    status = end.status;
    if (end.leaves) break;
  }
  return status;
}

async function runLoop(shell: Shell, { until, condition, body }: Of<'loop'>): Promise<number> {
  let status = 0;
  for (;;) {
    let again = false;
    const end = await inRound(shell, async () => {
      const test = await runTested(shell, true, () => runScript(shell, condition));
      again = (test === 0) !== until;
      return again ? runScript(shell, body) : status;
    });
    status = end.status;
    if (end.leaves || (!again && !end.skipped)) return status;
  }
}

interface RoundEnd {
  readonly status: number;
  readonly leaves: boolean;
  /** By `continue`. */
  readonly skipped: boolean;
}

function runRound(shell: Shell, body: Script): Promise<RoundEnd> {
  return inRound(shell, () => runScript(shell, body));
}

/** What break and continue are about. */
async function inRound(shell: Shell, run: () => Promise<number>): Promise<RoundEnd> {
  ++shell.loops;
  try {
    return { status: await run(), leaves: false, skipped: false };
  } catch (error) {
    if (!(error instanceof LeaveLoop)) throw error;
    if (--error.levels > 0) throw error;
    return { status: 0, leaves: !error.again, skipped: true };
  } finally {
    --shell.loops;
  }
}

async function runCase(shell: Shell, { subject, items }: Of<'case'>): Promise<number> {
  const expansion = expansionOf(shell);
  const text = await expansion.text(subject);
  for (const { patterns, body } of items) {
    for (const word of patterns) {
      if (new Pattern(await expansion.pattern(word)).matches(text)) return runScript(shell, body);
    }
  }
  return 0;
}
