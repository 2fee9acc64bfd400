// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesForPrompt } from '../../../web/page/paste.ts';

test('one line stays one line', () => {
  assert.deepEqual(linesForPrompt('x = 1'), ['x = 1']);
});

test('an empty line ends a block before the next statement, and only there', () => {
  assert.deepEqual(linesForPrompt('def f():\n    a = 1\n\n    return a\nf()\n'), [
    'def f():',
    '    a = 1',
    '    return a',
    '',
    'f()',
    '',
  ]);
});

test('else and its like belong to the block', () => {
  assert.deepEqual(linesForPrompt('if x:\n  a\nelse:\n  b\nc'), ['if x:', '  a', 'else:', '  b', '', 'c']);
});

test('a block at the end is closed', () => {
  assert.deepEqual(linesForPrompt('while x:\n    y\n'), ['while x:', '    y', '', '']);
});

test('empty lines within strings and brackets stay', () => {
  const text = 'class A:\n    x = """a\n\nb"""\n    y = [\n\n1]\nz';
  assert.deepEqual(linesForPrompt(text), [
    'class A:',
    '    x = """a',
    '',
    'b"""',
    '    y = [',
    '',
    '1]',
    '',
    'z',
  ]);
});

test('quotes and brackets in strings and comments open nothing', () => {
  assert.deepEqual(linesForPrompt("a = \"[\" # (\n\nb = 'it\\'s {'\n\nc"), [
    'a = "[" # (',
    "b = 'it\\'s {'",
    'c',
  ]);
});

test('common indentation goes, and so do carriage returns', () => {
  assert.deepEqual(linesForPrompt('    a = 1\r\n    b = 2'), ['a = 1', 'b = 2']);
});

test('decorators begin a block', () => {
  assert.deepEqual(linesForPrompt('@d\ndef f(): pass\nx'), ['@d', 'def f(): pass', '', 'x']);
});

test('a paste may be long', () => {
  assert.equal(linesForPrompt('x = 1\n'.repeat(200_000)).length, 200_001);
});
