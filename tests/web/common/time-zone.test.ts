// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { localZone, writeLocalZone } from '../../../web/common/time-zone.ts';

const kYear = 2026;
const before = process.env['TZ'];

afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

/** The end of a zone's file, which is all that is read of it. */
function file(rule: string): Uint8Array {
  return new TextEncoder().encode(`TZif2 and numbers\n${rule}\n`);
}

function namesIn(zone: string, rule: string | null): [string, string] {
  process.env['TZ'] = zone; // Node takes it at once
  const found = localZone(kYear, rule === null ? null : file(rule));
  return [found.standard, found.daylight];
}

test("names come from the zone's rule", () => {
  assert.deepEqual(namesIn('America/New_York', 'EST5EDT,M3.2.0,M11.1.0'), ['EST', 'EDT']);
  assert.deepEqual(namesIn('Australia/Sydney', 'AEST-10AEDT,M10.1.0,M4.1.0/3'), ['AEST', 'AEDT']);
  assert.deepEqual(namesIn('UTC', 'UTC0'), ['UTC', 'UTC']);
  assert.deepEqual(namesIn('Asia/Kolkata', 'IST-5:30'), ['IST', 'IST']);
  assert.deepEqual(namesIn('Europe/Istanbul', '<+03>-3'), ['+03', '+03']);
});

test("Ireland's standard time is that of summer", () => {
  assert.deepEqual(namesIn('Europe/Dublin', 'IST-1GMT0,M10.5.0,M3.5.0/1'), ['GMT', 'IST']);
});

test("without a rule, or with another zone's, names are offsets", () => {
  assert.deepEqual(namesIn('UTC', null), ['UTC', 'UTC']);
  assert.deepEqual(namesIn('Europe/Paris', null), ['+01', '+02']);
  assert.deepEqual(namesIn('America/St_Johns', null), ['-0330', '-0230']);
  assert.deepEqual(namesIn('Europe/Paris', 'EST5EDT,M3.2.0,M11.1.0'), ['+01', '+02']);
  assert.deepEqual(namesIn('Europe/Paris', ''), ['+01', '+02']);
  process.env['TZ'] = 'UTC';
  assert.equal(localZone(kYear, new Uint8Array(0)).standard, 'UTC');
});

test("a file that is no zone's has no names to give", () => {
  assert.deepEqual(namesIn('UTC', '<\0>0'), ['UTC', 'UTC']);
  assert.deepEqual(namesIn('Europe/Istanbul', `<${'é'.repeat(16)}>-3`), ['+03', '+03']);
  assert.deepEqual(namesIn('UTC', 'A'.repeat(1_000_000)), ['UTC', 'UTC']);
});

test('the C library gets seconds, a flag and two names', () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const zone = {
    standardOffset: 210,
    daylightOffset: 150,
    standard: 'NST',
    daylight: 'a name that is longer than there is room for',
  };
  memory.bytes.fill(0xff);
  writeLocalZone(memory, zone, 0, 4, 8, 32);
  assert.equal(memory.view.getInt32(0, true), 12_600);
  assert.equal(memory.view.getInt32(4, true), 1);
  assert.equal(memory.readText(8), 'NST');
  assert.equal(memory.readText(32), 'a name that is l');
  assert.equal(memory.bytes[32 + 17], 0xff);
});
