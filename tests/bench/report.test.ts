// SPDX-License-Identifier: Apache-2.0
// Checks the tables that results become, and what counts as a failed run.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Sample } from '../../bench/lib/programs-suite.ts';
import { comparisons, markdown, milliseconds, problems, type Results } from '../../bench/lib/report.ts';
import { partOf } from '../../bench/lib/sizes.ts';
import { parseMeasureLine } from '../../bench/lib/startup-suite.ts';

const kSetting = {
  date: '2026-01-02',
  machine: '2 x Some Processor',
  node: 'v26.0.0',
  interpreters: ['native', 'node', 'pyodide'],
  baselines: ['pyodide', 'native'],
  rounds: 1,
  repeats: 1,
  entry: 'direct',
};

function sample(program: string, interpreter: string, seconds: number, checksum = '1'): Sample {
  return { program, interpreter, round: 0, seconds: [seconds], checksum, python: '3.13.5 linux' };
}

const kGood: Results = {
  setting: kSetting,
  programs: {
    samples: [
      sample('go', 'native', 0.1),
      sample('go', 'node', 0.2),
      sample('go', 'pyodide', 0.4),
      sample('nbody', 'native', 0.1),
      sample('nbody', 'node', 0.4),
      sample('nbody', 'pyodide', 0.2),
    ],
    failures: [],
  },
};

test('every pair is compared once', () => {
  assert.deepEqual(comparisons(kSetting), [
    { subject: 'native', baseline: 'pyodide' },
    { subject: 'node', baseline: 'pyodide' },
    { subject: 'node', baseline: 'native' },
  ]);
  assert.deepEqual(comparisons({ ...kSetting, baselines: ['absent'] }), []);
});

test('the table has medians, speeds, their geometric mean and the slowest program', () => {
  const text = markdown(kGood);
  assert.match(
    text,
    /\| go \| 100 \(100–100\) \| 200 \(200–200\) \| 400 \(400–400\) \| 4.00x \| 2.00x \| 0.50x \|/,
  );
  assert.match(text, /\| \*\*geometric mean\*\* \|  \|  \|  \| 2.83x \| 1.00x \| 0.35x \|/);
  assert.match(text, /\| \*\*slowest\*\* \|  \|  \|  \| 2.00x nbody \| 0.50x nbody \| 0.25x nbody \|/);
  assert.doesNotMatch(text, /Problems/);
  assert.deepEqual(problems(kGood), []);
});

test('a failure and a mismatch are problems, and are written down', () => {
  const bad: Results = {
    setting: kSetting,
    programs: {
      samples: [sample('go', 'native', 0.1), sample('go', 'pyodide', 0.4, '2')],
      failures: [{ program: 'go', interpreter: 'node', round: 0, reason: 'exit code 1: trap' }],
    },
  };
  assert.deepEqual(problems(bad), [
    'node failed on go in round 1: exit code 1: trap',
    'checksums of go differ: native say 1; pyodide say 2',
  ]);
  const text = markdown(bad);
  assert.match(text, /\| go \| 100 \(100–100\) \| failed \| 400 \(400–400\) \| 4.00x \| – \| – \|/);
  assert.match(text, /- node failed on go in round 1: exit code 1: trap/);
});

test('a peak at the floor of the meter is not given as a figure', () => {
  const about = { name: '-c pass', round: 0, firstLine: undefined, floorBytes: 10e6 };
  const text = markdown({
    setting: kSetting,
    startup: {
      samples: [
        { ...about, interpreter: 'native', total: 0.01, peakBytes: 10e6 },
        { ...about, interpreter: 'pyodide', total: 2, peakBytes: 200e6 },
      ],
      failures: [],
    },
  });
  assert.match(text, /\| -c pass \| native \| – \| 10.0 \(10.0–10.0\) \| 200.00x \| ≤ 10.0 \|/);
  assert.match(text, /\| -c pass \| node \| failed \| failed \| – \| – \|/);
  assert.match(text, /\| -c pass \| pyodide \| – \| 2000 \(2000–2000\) \| 1.00x \| 200 \|/);
});

test('milliseconds keep three significant digits', () => {
  assert.deepEqual([0.0012345, 0.012345, 0.12345, 1.2345].map(milliseconds), ['1.23', '12.3', '123', '1235']);
});

test('a measured command that failed gives its exit code', () => {
  const good = { firstLine: null, total: 1, exitCode: 0, peakBytes: 2, floorBytes: 1 };
  assert.deepEqual(parseMeasureLine(good), { firstLine: undefined, total: 1, peakBytes: 2, floorBytes: 1 });
  assert.equal(parseMeasureLine({ ...good, exitCode: 3 }), 'exit code 3');
  assert.equal(typeof parseMeasureLine({ ...good, total: '1' }), 'string');
  assert.equal(typeof parseMeasureLine(undefined), 'string');
});

test('files are counted under the part they belong to', () => {
  const files = ['python.wasm', 'python313.zip', 'node.mjs', 'boot.js', 'README.md', 'boot.js.map'];
  assert.deepEqual(files.map(partOf), ['wasm', 'stdlib', 'js glue', 'js glue', undefined, undefined]);
});
