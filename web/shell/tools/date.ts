// SPDX-License-Identifier: Apache-2.0
// date: now, or another moment, in a format of strftime.

import { parseOptions } from './options.ts';
import type { Tool } from './tool.ts';
import { pathOf, ToolError } from './tool.ts';

const kDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const kMonths = [
  ...(['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'] as const),
  ...(['October', 'November', 'December'] as const),
];
const kUsual = '%a %b %e %H:%M:%S %Z %Y';
const kDayMs = 86_400_000;

/** The parts of a moment, local or in UTC. */
interface Moment {
  readonly time: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** Minutes before UTC. */
  readonly offset: number;
}

function momentOf(time: number, utc: boolean): Moment {
  const offset = utc ? 0 : -new Date(time).getTimezoneOffset();
  // The parts of this one in UTC are the local parts of that one.
  const shifted = new Date(time + offset * 60_000);
  return {
    ...{
      time,
      offset,
      year: shifted.getUTCFullYear(),
      month: shifted.getUTCMonth(),
      day: shifted.getUTCDate(),
    },
    ...{ weekday: shifted.getUTCDay(), hours: shifted.getUTCHours(), minutes: shifted.getUTCMinutes() },
    seconds: shifted.getUTCSeconds(),
  };
}

const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);

function dayOfYear({ year, month, day }: Moment): number {
  return (Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / kDayMs + 1;
}

function offsetText({ offset }: Moment, separator = ''): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}

const kDirectives: Readonly<Record<string, (moment: Moment) => string>> = {
  '%': () => '%',
  a: ({ weekday }) => (kDays[weekday] ?? '').slice(0, 3),
  A: ({ weekday }) => kDays[weekday] ?? '',
  b: ({ month }) => (kMonths[month] ?? '').slice(0, 3),
  B: ({ month }) => kMonths[month] ?? '',
  C: ({ year }) => two(Math.floor(year / 100)),
  d: ({ day }) => two(day),
  e: ({ day }) => two(day, ' '),
  H: ({ hours }) => two(hours),
  I: ({ hours }) => two(hours % 12 || 12),
  j: (moment) => String(dayOfYear(moment)).padStart(3, '0'),
  m: ({ month }) => two(month + 1),
  M: ({ minutes }) => two(minutes),
  n: () => '\n',
  N: ({ time }) => `${String(((time % 1000) + 1000) % 1000).padStart(3, '0')}000000`,
  p: ({ hours }) => (hours < 12 ? 'AM' : 'PM'),
  s: ({ time }) => String(Math.floor(time / 1000)),
  S: ({ seconds }) => two(seconds),
  t: () => '\t',
  u: ({ weekday }) => String(weekday || 7),
  w: ({ weekday }) => String(weekday),
  y: ({ year }) => two(year % 100),
  Y: ({ year }) => String(year),
  z: (moment) => offsetText(moment),
  Z: (moment) => (moment.offset === 0 ? 'UTC' : offsetText(moment, ':')),
};
const kCombinations: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

function formatMoment(format: string, moment: Moment): string {
  return format.replace(/%(-?)([a-zA-Z%])/g, (all, bare: string, letter: string) => {
    const combination = kCombinations[letter];
    if (combination !== undefined) return formatMoment(combination, moment);
    const text = kDirectives[letter]?.(moment);
    if (text === undefined) return all;
    return bare === '-' ? text.replace(/^[0 ]+(?=.)/, '') : text;
  });
}

export const date: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'ud:r:RI',
    long: { utc: 'u', universal: 'u', date: 'd', reference: 'r', 'rfc-email': 'R', 'iso-8601': 'I' },
  });
  const [format, extra] = options.operands;
  if (extra !== undefined || (format !== undefined && !format.startsWith('+')))
    throw new ToolError(`invalid date '${extra ?? format ?? ''}'`, 1);
  const file = options.value('r');
  const text = options.value('d');
  const time =
    file !== undefined
      ? Number(context.host.files.stat(pathOf(context, file)).mtimeNs / 1_000_000n)
      : text !== undefined
        ? parseTime(text, options.has('u'))
        : Date.now();
  const named = options.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : options.has('I') ? '%F' : kUsual;
  await context.output.print(
    `${formatMoment(format?.slice(1) ?? named, momentOf(time, options.has('u')))}\n`,
  );
  return 0;
};

/** @seconds, now, or what JavaScript reads. */
function parseTime(text: string, utc: boolean): number {
  if (text === 'now') return Date.now();
  const time = /^@-?\d+$/.test(text)
    ? Number(text.slice(1)) * 1000
    : Date.parse(utc && !/[zZ]$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(time)) throw new ToolError(`invalid date '${text}'`, 1);
  return time;
}
