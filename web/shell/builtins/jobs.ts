// SPDX-License-Identifier: Apache-2.0
// wait and kill: about what runs beside the shell.

import { errorText } from '../error-text.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { refuse } from './builtin.ts';
import { kSignals, signalNumber } from '../signal-names.ts';

const wait: Builtin = async (call) => {
  const { shell, args } = call;
  if (args.length === 0) {
    for (const job of shell.jobs.all()) {
      await shell.guard(job.status);
      shell.jobs.remove(job.id);
    }
    return 0;
  }
  let status = 0;
  for (const text of args) {
    if (!/^\d+$/.test(text)) return refuse(call, `Illegal number: ${text}`);
    const job = shell.jobs.get(Number(text));
    status = job ? await shell.guard(job.status) : 127;
  }
  return status;
};

/** kill -NAME, -s NAME or -NUMBER, then pids; -l lists. */
const kill: Builtin = async (call) => {
  const args = [...call.args];
  if (args[0] === '-l') return list(call, args[1]);
  let signal = signalNumber('TERM');
  const option = /^-(.+)/.exec(args[0] ?? '')?.[1];
  if (option !== undefined) {
    args.shift();
    const name = option === 's' ? (args.shift() ?? '') : option;
    signal = name === '-' ? signal : signalNumber(name);
    if (signal === null) return refuse(call, `invalid signal number or name: ${name}`);
  }
  if (args.length === 0) return refuse(call, 'usage: kill [-s signal | -signal] pid...');
  let status = 0;
  for (const text of args) status = Math.max(status, await killOne(call, text, signal ?? 0));
  return status;
};

async function killOne(call: BuiltinCall, text: string, signal: number): Promise<number> {
  const { shell } = call;
  if (!/^-?\d+$/.test(text)) return refuse(call, `Illegal number: ${text}`);
  const job = shell.jobs.get(Number(text));
  if (job?.cancellation) {
    if (signal !== 0) job.cancellation.kill(signal);
    return 0;
  }
  try {
    await shell.host.kill(Number(text), signal);
    return 0;
  } catch (error) {
    return refuse(call, errorText(error), 1);
  }
}

async function list(call: BuiltinCall, code: string | undefined): Promise<number> {
  const { output } = call.context;
  if (code === undefined) {
    for (const name of Object.keys(kSignals)) await output.print(`${name}\n`);
    return 0;
  }
  const number = Number(code) > 128 ? Number(code) - 128 : Number(code);
  const found = Object.entries(kSignals).find(([, signal]) => signal === number);
  if (!found) return refuse(call, `invalid signal number or name: ${code}`);
  await output.print(`${found[0]}\n`);
  return 0;
}

export const kJobBuiltins: Readonly<Record<string, Builtin>> = { wait, kill };
