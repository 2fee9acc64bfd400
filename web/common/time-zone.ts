// SPDX-License-Identifier: Apache-2.0
// The names of the local time zone, for the C library's tzname. JavaScript knows the zone's offsets at once; its names
// it has only from Intl, which takes 20 ms to begin and knows few of the usual ones. A machine has them in a file.

import type { GuestMemory } from './guest-memory.ts';

export interface LocalZone {
  /** Minutes that local time is behind UTC. */
  readonly standardOffset: number;
  readonly daylightOffset: number;
  readonly standard: string;
  readonly daylight: string;
}

/** The room the C library has for a name, without the terminator. */
const kLongestName = 16;

/** The start of a rule as POSIX writes it, like EST5EDT,M3.2.0,M11.1.0 or <+03>-3. */
const kRule = /^(<[A-Za-z\d+-]+>|[A-Za-z]+)([-+]?)(\d+)(?::(\d+))?[\d:]*(<[A-Za-z\d+-]+>|[A-Za-z]+)?/;

/** TZ may name any file; no rule is nearly as long. */
const kLongestRule = 256;

/** `file` is the zone's, as RFC 9636 has it. Without one names are offsets, as zones that have no name do it. */
export function localZone(year: number, file: Uint8Array | null): LocalZone {
  const [january, july] = [0, 6].map((month) => new Date(year, month, 1).getTimezoneOffset());
  const standardOffset = Math.max(january ?? 0, july ?? 0);
  const daylightOffset = Math.min(january ?? 0, july ?? 0);
  const offsets = { standardOffset, daylightOffset };
  return {
    ...offsets,
    ...((file && namesFromRule(ruleOf(file), offsets)) ?? {
      standard: nameOfOffset(standardOffset),
      daylight: nameOfOffset(daylightOffset),
    }),
  };
}

/** What the C library's tzset asks for. */
export function writeLocalZone(memory: GuestMemory, zone: LocalZone, ...pointers: number[]): void {
  const [offset = 0, hasDaylight = 0, standard = 0, daylight = 0] = pointers;
  memory.view.setInt32(offset, zone.standardOffset * 60, true);
  memory.view.setInt32(hasDaylight, Number(zone.standardOffset !== zone.daylightOffset), true);
  memory.writeText(standard, `${zone.standard.slice(0, kLongestName)}\0`, kLongestName + 1);
  memory.writeText(daylight, `${zone.daylight.slice(0, kLongestName)}\0`, kLongestName + 1);
}

/** The rule for times to come is the file's last line; all of it is ASCII. Empty when there is none. */
function ruleOf(file: Uint8Array): string {
  const end = file.lastIndexOf(0x0a);
  const start = end > 0 ? file.lastIndexOf(0x0a, end - 1) : -1;
  return start < 0 || end - start > kLongestRule ? '' : String.fromCharCode(...file.subarray(start + 1, end));
}

function namesFromRule(
  rule: string,
  { standardOffset, daylightOffset }: Pick<LocalZone, 'standardOffset' | 'daylightOffset'>,
): Pick<LocalZone, 'standard' | 'daylight'> | null {
  const [, standard, sign, hours, minutes, daylight] = kRule.exec(rule) ?? [];
  if (standard === undefined) return null;
  const names = { standard: plain(standard), daylight: plain(daylight ?? standard) };
  const offset = (Number(hours) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  if (offset === standardOffset) return names;
  // Ireland's standard time is that of summer. An offset that is neither is not the zone JavaScript goes by.
  return offset === daylightOffset ? { standard: names.daylight, daylight: names.standard } : null;
}

function plain(name: string): string {
  return name.startsWith('<') ? name.slice(1, -1) : name;
}

function nameOfOffset(minutesBehind: number): string {
  if (minutesBehind === 0) return 'UTC';
  const minutes = Math.abs(minutesBehind);
  const digits = (value: number) => String(value).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : digits(minutes % 60);
  return `${minutesBehind > 0 ? '-' : '+'}${digits(Math.floor(minutes / 60))}${rest}`;
}
