// SPDX-License-Identifier: Apache-2.0
// Checks how the suite of programs takes turns, reads the harness's line and compares checksums.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  checksumMismatches,
  findPrograms,
  parseHarnessLine,
  roundsOf,
  turnOrder,
  type Sample,
} from '../../bench/lib/programs-suite.ts';

const kBench = new URL('../../bench', import.meta.url).pathname;

function sample(interpreter: string, checksum: string, round = 0): Sample {
  return { program: 'nbody', interpreter, round, seconds: [0.25], checksum, python: '3.13.5 linux' };
}

test('everyone is first equally often', () => {
  const turns = [0, 1, 2, 3].map((round) => turnOrder(['a', 'b', 'c'], round).join(''));
  assert.deepEqual(turns, ['abc', 'bca', 'cab', 'abc']);
});

test('equal checksums are no mismatch', () => {
  assert.deepEqual(checksumMismatches([sample('native', '1'), sample('node', '1')]), []);
});

test('a mismatch names both sides', () => {
  const lines = checksumMismatches([sample('native', '1'), sample('node', '2'), sample('wasi', '1')]);
  assert.deepEqual(lines, ['checksums of nbody differ: native, wasi say 1; node say 2']);
});

test("one interpreter's rounds must agree too", () => {
  assert.equal(checksumMismatches([sample('node', '1', 0), sample('node', '2', 1)]).length, 1);
});

test("the harness's line is read", () => {
  const line = { name: 'nbody', seconds: [0.5, 0.25], checksum: '7', python: '3.13.5', platform: 'wasi' };
  assert.deepEqual(parseHarnessLine(line), {
    seconds: [0.5, 0.25],
    checksum: '7',
    python: '3.13.5 wasi',
  });
});

test('anything else is refused', () => {
  const good = { seconds: [0.5], checksum: '7', python: '3.13.5', platform: 'wasi' };
  assert.notEqual(parseHarnessLine(good), undefined);
  for (const bad of [
    undefined,
    null,
    7,
    { ...good, seconds: [] },
    { ...good, seconds: ['0.5'] },
    { ...good, seconds: [0] },
    { ...good, checksum: 7 },
    { ...good, platform: undefined },
  ]) {
    assert.equal(parseHarnessLine(bad), undefined, JSON.stringify(bad));
  }
});

test('samples are grouped by round', () => {
  const rounds = roundsOf(
    [sample('node', '1', 0), sample('node', '1', 2), sample('wasi', '1', 1)],
    'nbody',
    'node',
  );
  assert.deepEqual([...rounds.keys()], [0, 2]);
});

test('programs are found, and an unknown one is named', () => {
  assert.ok(findPrograms(kBench, []).length >= 22);
  assert.deepEqual(findPrograms(kBench, ['richards', 'go']), ['go', 'richards']);
  assert.throws(() => findPrograms(kBench, ['richard']), /no program is called 'richard'/);
});

test('every program says what it measures and has a size and a run', () => {
  for (const name of findPrograms(kBench, [])) {
    const text = readFileSync(`${kBench}/programs/${name}.py`, 'utf8');
    assert.match(text, /^# SPDX-License-Identifier: Apache-2.0\n"""[A-Z]/, name);
    assert.match(text, /^DEFAULT = \d/m, name);
    assert.match(text, /^def run\(n\):$/m, name);
  }
});
