// SPDX-License-Identifier: Apache-2.0
// Tools that say one thing: names, numbers, time, and yes.

import { parseOptions } from './options.ts';
import type { Tool } from './tool.ts';
import { ToolError } from './tool.ts';
import { bytesFromText } from '../../common/path-text.ts';

const kBlock = 16384;
const kUnits: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 };

export const succeed: Tool = () => Promise.resolve(0);
export const doNotSucceed: Tool = () => Promise.resolve(1);

export const pwd: Tool = async ({ cwd, output }) => {
  await output.print(`${cwd}\n`);
  return 0;
};

export const basename: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'as:', stopsAtOperand: true });
  const [first, second] = options.operands;
  if (first === undefined) throw new ToolError('missing operand', 1);
  const several = options.has('a') || options.has('s');
  const suffix = options.value('s') ?? (several ? '' : (second ?? ''));
  for (const name of several ? options.operands : [first]) {
    const base = lastPart(name);
    const cut = suffix !== '' && base.endsWith(suffix) && base !== suffix;
    await context.output.print(`${cut ? base.slice(0, -suffix.length) : base}\n`);
  }
  return 0;
};

function lastPart(path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? path.slice(0, 1) : bare.slice(bare.lastIndexOf('/') + 1);
}

export const dirname: Tool = async ({ args, output }) => {
  if (args.length === 0) throw new ToolError('missing operand', 1);
  for (const path of args) {
    const bare = path.replace(/\/+$/, '');
    const slash = bare.lastIndexOf('/');
    const folder = bare.slice(0, Math.max(slash, 0)).replace(/\/+$/, '');
    const root = path.startsWith('/') ? '/' : '.';
    await output.print(
      `${bare === '' || slash < 0 || folder === '' ? (bare === '' || slash >= 0 ? root : '.') : folder}\n`,
    );
  }
  return 0;
};

export const uname: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'asnrvmpio' });
  const facts: readonly (readonly [letter: string, text: string])[] = [
    ['s', 'Taipan'],
    ['n', 'localhost'],
    ['r', '1'],
    ['v', '1'],
    ['m', 'wasm32'],
  ];
  const all = options.has('a');
  const chosen = facts.filter(
    ([letter]) => all || options.has(letter) || (options.order.length === 0 && letter === 's'),
  );
  await context.output.print(`${chosen.map(([, text]) => text).join(' ')}\n`);
  return 0;
};

export const sleep: Tool = async (context) => {
  if (context.args.length === 0) throw new ToolError('missing operand', 1);
  let seconds = 0;
  for (const text of context.args) {
    const [all, digits = '', unit = ''] = /^(\d*\.?\d+|\d+\.)([smhd]?)$/.exec(text) ?? [];
    if (all === undefined) throw new ToolError(`invalid time interval '${text}'`, 1);
    seconds += Number(digits) * (kUnits[unit] ?? 1);
  }
  // Timers overflow behind 2³¹ ms.
  for (let left = seconds * 1000; left > 0; left -= 2 ** 30)
    await context.guard(context.host.sleep(Math.min(left, 2 ** 30)));
  return 0;
};

export const seq: Tool = async (context) => {
  const args = [...context.args];
  let separator = '\n';
  let padded = false;
  while (/^-[sw]/.test(args[0] ?? '')) {
    const arg = args.shift() ?? '';
    if (arg === '-w') padded = true;
    else separator = arg.length > 2 ? arg.slice(2) : (args.shift() ?? '');
  }
  if (args[0] === '--') args.shift();
  if (args.length === 0) throw new ToolError('missing operand', 1);
  if (args.length > 3) throw new ToolError(`extra operand '${args[3] ?? ''}'`, 1);
  const bad = args.find((arg) => !/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(arg));
  if (bad !== undefined) throw new ToolError(`invalid floating point argument: '${bad}'`, 1);
  const [first, step, last] =
    args.length === 1
      ? ['1', '1', args[0] ?? '']
      : args.length === 2
        ? [args[0] ?? '', '1', args[1] ?? '']
        : args;
  const digits = Math.max(...[first, step].map((text) => /\.(\d+)$/.exec(text ?? '')?.[1]?.length ?? 0));
  const [from, by, to] = [Number(first), Number(step), Number(last)];
  if (by === 0) throw new ToolError(`invalid Zero increment value: '${step ?? ''}'`, 1);
  const width = padded ? Math.max(from.toFixed(digits).length, to.toFixed(digits).length) : 0;
  // What is added up again and again would drift.
  const count = Math.floor((to - from) / by + 1e-9) + 1;
  for (let index = 0; index < count; ++index) {
    const value = (from + index * by).toFixed(digits);
    const text = value.startsWith('-')
      ? `-${value.slice(1).padStart(width - 1, '0')}`
      : value.padStart(width, '0');
    await context.output.print(`${index > 0 ? separator : ''}${text}`);
  }
  if (count > 0) await context.output.print('\n');
  return 0;
};

export const yes: Tool = async (context) => {
  const line = `${context.args.length > 0 ? context.args.join(' ') : 'y'}\n`;
  const block = bytesFromText(line.repeat(Math.max(Math.floor(kBlock / line.length), 1)));
  for (;;) {
    await context.output.write(block);
    await context.guard(context.breath.take());
  }
};

export const which: Tool = async (context) => {
  const { operands } = parseOptions(context.args, { letters: 'as' });
  let status = operands.length > 0 ? 0 : 1;
  for (const name of operands) {
    const path =
      context.host.find(name, context.env, context.cwd) ?? (context.isTool(name) ? `/bin/${name}` : null);
    if (path === null) status = 1;
    else await context.output.print(`${path}\n`);
  }
  return status;
};
