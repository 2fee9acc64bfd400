// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextFlow, type Run, type Source } from '../../../web/bundle/browser/text-flow.ts';

function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('');
}

/** All that is on the screen after these pieces. */
function shown(...pieces: string[]): string {
  const flow = new TextFlow();
  for (const piece of pieces) flow.write(piece, 'stdout');
  return textOf(flow.takeFinished()) + textOf(flow.current);
}

function styles(text: string): (string | number | boolean | undefined)[][] {
  const flow = new TextFlow();
  flow.write(text, 'stdout');
  return flow.current.map(({ text: word, style }) => [
    word,
    style.foreground,
    style.background,
    style.isBold,
    style.isInverse,
  ]);
}

test('lines are finished once', () => {
  const flow = new TextFlow();
  flow.write('one\ntwo\nthr', 'stdout');
  assert.equal(textOf(flow.takeFinished()), 'one\ntwo\n');
  assert.equal(textOf(flow.takeFinished()), '');
  flow.write('ee\n', 'stdout');
  assert.equal(textOf(flow.takeFinished()), 'three\n');
  assert.equal(textOf(flow.current), '');
});

test('a line is drawn over', () => {
  assert.equal(shown('50%\r100%\n'), '100%\n');
  assert.equal(shown('abcdef\rxy'), 'xycdef');
  assert.equal(shown('abc\b\bX'), 'aXc');
  assert.equal(shown('long line\r\x1b[Kshort'), 'short');
  assert.equal(shown('abc\x1b[2Kx'), '   x');
  assert.equal(shown('abcd\x1b[3D\x1b[1K'), '  cd');
  assert.equal(shown('ab\x1b[5Gc\x1b[2Cd'), 'ab  c  d');
  assert.equal(shown('\b\b\x1b[9Da'), 'a');
  assert.equal(shown('😀😀\rx'), 'x😀');
  assert.equal(shown(`${'a'.repeat(3000)}\bb`), `${'a'.repeat(2999)}b`);
  assert.equal(shown('windows\r\nlines\r\n'), 'windows\nlines\n');
});

test('a screen is cleared', () => {
  const flow = new TextFlow();
  flow.write('old\nold\x1b[H\x1b[2Jnew', 'stdout');
  assert.equal(textOf(flow.takeFinished()), '');
  assert.equal(textOf(flow.current), 'new');
  assert.equal(flow.takeCleared(), true);
  assert.equal(flow.takeCleared(), false);
});

test('colours are understood', () => {
  assert.deepEqual(styles('a\x1b[31mb\x1b[1;92;44mc\x1b[0md'), [
    ['a', undefined, undefined, false, false],
    ['b', 1, undefined, false, false],
    ['c', 10, 4, true, false],
    ['d', undefined, undefined, false, false],
  ]);
  assert.deepEqual(styles('\x1b[38;5;9ma\x1b[38;5;196mb\x1b[48;5;244mc\x1b[39;49;7md\x1b[me'), [
    ['a', 9, undefined, false, false],
    ['b', 'rgb(255 0 0)', undefined, false, false],
    ['c', 'rgb(255 0 0)', 'rgb(128 128 128)', false, false],
    ['d', undefined, undefined, false, true],
    ['e', undefined, undefined, false, false],
  ]);
  assert.deepEqual(styles('\x1b[38;2;1;2;300;1ma'), [['a', 'rgb(1 2 255)', undefined, true, false]]);
  assert.deepEqual(styles('\x1b[38;5;999ma'), [['a', undefined, undefined, false, false]]);
});

test('other sequences are left out, however they come', () => {
  const whole = 'a\x1b[?25lb\x1b]0;title\x07c\x1b]8;;x\x1b\\d\x1b(Be\x1b7f\x07\0g\x1b[5mh\x7f';
  assert.equal(shown(whole), 'abcdefgh');
  assert.equal(shown(...whole), 'abcdefgh');
});

test('a sequence without an end does not swallow the rest for ever', () => {
  const flow = new TextFlow();
  flow.write(`\x1b]0;${'x'.repeat(5000)}`, 'stdout');
  flow.write('seen', 'stdout');
  assert.equal(textOf(flow.current), 'seen');
});

test('what is on the last line when the program reads is its prompt', () => {
  const flow = new TextFlow();
  flow.write('warning\nname? ', 'stderr');
  flow.markPrompt();
  flow.write('Ada\n', 'typed');
  const sources = flow.takeFinished().map(({ text, style }): [string, Source] => [text, style.source]);
  assert.deepEqual(sources, [
    ['warning', 'stderr'],
    ['\n', 'stderr'],
    ['name? ', 'prompt'],
    ['Ada', 'typed'],
    ['\n', 'typed'],
  ]);
});

test('a line that has no end is finished by the piece, whole', () => {
  const flow = new TextFlow();
  const piece = '0123456789'.repeat(1000);
  for (let index = 0; index < 10; ++index) flow.write(piece, 'stdout');
  assert.equal(textOf(flow.takeFinished()) + textOf(flow.current), piece.repeat(10));
  assert(textOf(flow.current).length < 20_000);
});
