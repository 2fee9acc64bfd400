// SPDX-License-Identifier: Apache-2.0
// Checks the figures of the benchmark's tables against values worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { geometricMean, median, pairedSpeed, quantile, summarize } from '../../bench/lib/statistics.ts';

test('the median is the middle sample, or halfway between the two in the middle', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
});

test('samples are sorted as numbers and left as they were', () => {
  const samples = [10, 9, 100];
  assert.equal(median(samples), 10);
  assert.deepEqual(samples, [10, 9, 100]);
});

test('quantiles are interpolated', () => {
  assert.equal(quantile([1, 2, 3, 4, 5], 0.25), 2);
  assert.equal(quantile([1, 2, 3, 4], 0.25), 1.75);
  assert.equal(quantile([1, 2], 1), 2);
});

test('a summary has the ends, the quartiles and the middle', () => {
  assert.deepEqual(summarize([5, 4, 3, 2, 1]), { count: 5, median: 3, min: 1, max: 5, q1: 2, q3: 4 });
});

test('no samples are refused rather than answered with NaN', () => {
  assert.throws(() => median([]), RangeError);
  assert.throws(() => summarize([]), RangeError);
  assert.throws(() => geometricMean([]), RangeError);
});

test('the geometric mean of a ratio and its inverse is one', () => {
  assert.ok(Math.abs(geometricMean([4, 0.25]) - 1) < 1e-12);
  assert.ok(Math.abs(geometricMean([1, 10, 100]) - 10) < 1e-12);
  assert.throws(() => geometricMean([1, 0]), RangeError);
  assert.throws(() => geometricMean([1, Number.NaN]), RangeError);
});

test('a speed above one is faster than the baseline', () => {
  assert.equal(pairedSpeed(new Map([[0, [2]]]), new Map([[0, [3]]])), 1.5);
});

test('rounds are paired, so a machine that slows for one round does not change the speed', () => {
  const subject = new Map([
    [0, [1, 1.2, 1.1]],
    [1, [10, 12, 11]],
    [2, [1.1, 1.1, 1.1]],
  ]);
  const baseline = new Map([
    [0, [2.2, 2.2]],
    [1, [22, 22]],
    [2, [2.2, 2.2]],
  ]);
  const speed = pairedSpeed(subject, baseline);
  assert.ok(speed !== undefined && Math.abs(speed - 2) < 1e-12);
});

test('rounds that only one side has are left out', () => {
  const baseline = new Map([
    [1, [4]],
    [2, [4]],
  ]);
  const subject = new Map([
    [0, [1]],
    [1, [2]],
  ]);
  assert.equal(pairedSpeed(subject, baseline), 2);
  assert.equal(pairedSpeed(new Map([[0, [1]]]), baseline), undefined);
});
