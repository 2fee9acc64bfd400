// SPDX-License-Identifier: Apache-2.0
// The machine's file on its time zone: TZ may name any file at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { localZone, writeLocalZone } from '../../../web/common/time-zone.ts';
import { fuzz, type Corpus } from '../mutations.ts';

const kZones: Corpus = {
  seeds: [
    'TZif2 and numbers\nEST5EDT,M3.2.0,M11.1.0\n',
    'TZif2\nIST-1GMT0,M10.5.0,M3.5.0/1\n',
    'TZif2\n<+03>-3\n',
    'TZif2\nUTC0\n',
  ],
  words: ['\n', '<', '>', '-', '0', 'UTC', '<é>0', '<\0>', '00:00', '<+00>', '9'.repeat(20), 'A'.repeat(40)],
};

test('whatever the file has, the C library gets two names that fit and end', () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  fuzz(kZones, 4000, (file) => {
    const zone = localZone(2026, file);
    memory.bytes.fill(0xff, 0, 64);
    writeLocalZone(memory, zone, 0, 4, 8, 32);
    for (const [pointer, name] of [
      [8, zone.standard],
      [32, zone.daylight],
    ] as const) {
      assert.match(name, /^[A-Za-z0-9+-]+$/);
      assert.equal(memory.readText(pointer), name.slice(0, 16));
    }
  });
});
