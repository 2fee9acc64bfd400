// SPDX-License-Identifier: Apache-2.0
// Pasted text is anything that somebody copied.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesForPrompt } from '../../../web/page/paste.ts';
import { fuzzText, type Corpus } from '../mutations.ts';

const kPastes: Corpus = {
  seeds: [
    'def f():\n    a = 1\n\n    return a\nf()\n',
    '    class A:\r\n\tx = """a\r\n\r\nb"""\r\n    y = [\n\n1]\n',
    '@d\ndef f(): pass\nx = "[" # (\n',
  ],
  words: [
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    ':',
    '#',
    '"""',
    "'''",
    '"',
    "'",
    '\\',
    '(',
    ']',
    '@',
    '\t',
    '    ',
    'else:',
  ],
};

const isNotEmpty = (line: string) => line.trim() !== '';

test('only empty lines come and go, and common indentation', () => {
  fuzzText(kPastes, 5000, (text) => {
    const before = text.split(/\r\n|\r|\n/);
    const after = linesForPrompt(text);
    assert.ok(after.length <= 2 * before.length + 1);
    assert.ok(after.every((line) => !/[\r\n]/.test(line)));
    const [was, is] = [before.filter(isNotEmpty), after.filter(isNotEmpty)];
    assert.equal(is.length, was.length);
    const indents = new Set(was.map((line, index) => line.length - (is[index] ?? '').length));
    assert.ok(indents.size <= 1);
    was.forEach((line, index) => {
      assert.ok(line.endsWith(is[index] ?? ''));
    });
  });
});
