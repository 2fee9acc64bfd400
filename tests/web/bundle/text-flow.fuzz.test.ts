// SPDX-License-Identifier: Apache-2.0
// What programs print: escape sequences, whole, cut off, and with numbers beyond all bounds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextFlow, type Run } from '../../../web/bundle/browser/text-flow.ts';
import { fuzzText, type Corpus } from '../mutations.ts';

const kOutput: Corpus = {
  seeds: [
    '\x1b[1;31mred\x1b[0m and \x1b[38;5;200;48;2;1;2;3mmore\x1b[m\n',
    'progress 10%\rprogress 20%\x1b[K\n',
    'abc\b\bde\x1b[2Kx\x1b[5Gy\x1b[3Dz\x1b[9C!\n',
    '\x1b]0;title\x07text\x1b]8;;link\x1b\\\n\x1b[H\x1b[2Jnew\n',
    '日本 e\u0301 👍🏽\r\n',
  ],
  words: [
    '\x1b',
    '\x1b[',
    '\x1b]',
    '\x07',
    'm',
    'K',
    'C',
    '999999999999C',
    '4294967296G',
    '38;5;',
    '\r',
    '\b',
  ],
};

function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('');
}

function shown(pieces: Iterable<string>): string {
  const flow = new TextFlow();
  let text = '';
  for (const piece of pieces) {
    flow.write(piece, 'stdout');
    const finished = textOf(flow.takeFinished());
    text = flow.takeCleared() ? finished : text + finished;
  }
  return text + textOf(flow.current);
}

test('text without control characters is shown as it is', () => {
  fuzzText(kOutput, 2000, (text) => {
    // eslint-disable-next-line no-control-regex -- they are what this is about
    const plain = text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, '');
    assert.equal(shown([plain]), plain);
  });
});

test('what is shown has bounds, and does not depend on how it comes', () => {
  fuzzText(kOutput, 2000, (text) => {
    const whole = shown([text]);
    assert.ok(whole.length <= 1000 * (text.length + 1));
    // What has no end is given up at some length, which may be another for pieces.
    if (whole.length < 10_000 && text.length < 4000) assert.equal(shown(text), whole);
  });
});
