// SPDX-License-Identifier: Apache-2.0
// What programs print before they read: escape sequences, whole and cut off.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance, graphemes, widthOf, withoutEscapes } from '../../../web/page/text-layout.ts';
import { fuzzText, type Corpus } from '../mutations.ts';

const kPrompts: Corpus = {
  seeds: ['\x1b[1;35m>>> \x1b[0m', '\x1b]0;title\x07In [1]: ', '日本 e\u0301 👍🏽', 'plain'],
  words: ['\x1b', '\x1b[', '\x1b]', '\x07', '\x1b\\', 'm', '\n', '\t', '日', '\u200d', '\u0301'],
};

test('escapes are taken out of text and nothing else is', () => {
  fuzzText(kPrompts, 4000, (text) => {
    const plain = withoutEscapes(text);
    if (!text.includes('\x1b')) assert.equal(plain, text);
    let at = 0;
    for (const character of plain) {
      at = text.indexOf(character, at) + character.length;
      assert.ok(at >= character.length);
    }
  });
});

test('the cursor stays in its columns', () => {
  fuzzText(kPrompts, 4000, (text) => {
    for (const columns of [2, 10, 80]) {
      const spot = advance({ row: 0, column: 0 }, text, columns, 0);
      assert.ok(spot.column >= 0 && spot.column <= columns);
      assert.ok(spot.row <= graphemes(text).length);
    }
    assert.equal(graphemes(text).join(''), text);
    for (const grapheme of graphemes(text)) assert.ok([0, 1, 2].includes(widthOf(grapheme)));
  });
});
