// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, mutated, type Corpus } from './mutations.ts';

const kCorpus: Corpus = { seeds: ['a seed of some length', 'another'], words: ['WORD'] };
const text = (number: number) => Buffer.from(mutated(kCorpus, number)).toString('latin1');

test('a number is an input', () => {
  assert.equal(text(77), text(77));
  const all = new Set(Array.from({ length: 1000 }, (_, number) => text(number)));
  assert.ok(all.size > 700);
  assert.ok(all.has('another'));
});

test('words and other seeds are mixed in', () => {
  const all = Array.from({ length: 1000 }, (_, number) => text(number));
  assert.ok(all.filter((input) => input.includes('WORD')).length > 100);
  assert.ok(all.some((input) => input.includes('a se') && input.includes('her')));
});

test('a failure says how to have it again', { skip: process.env['TAIPAN_FUZZ_ONLY'] !== undefined }, () => {
  assert.throws(() => {
    fuzz({ seeds: ['x\n'] }, 10, () => {
      throw new RangeError('no');
    });
  }, /^Error: round 0, again with TAIPAN_FUZZ_ONLY=0; the input is ".*": RangeError: no$/);
});
