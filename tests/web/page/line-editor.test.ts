// SPDX-License-Identifier: Apache-2.0
// The line editor against a small terminal, so that what is compared is what a reader would see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../../web/page/history.ts';
import { LineEditor } from '../../../web/page/line-editor.ts';
import { FakeTerminal } from './fake-terminal.ts';

function setUp(columns = 40) {
  const terminal = new FakeTerminal(columns);
  const sent: string[] = [];
  const history = new History(null);
  const editor = new LineEditor(
    {
      write: (text) => terminal.write(text),
      submit: (line) => sent.push(line),
      interrupt: () => sent.push('<interrupt>'),
      endOfInput: () => sent.push('<end>'),
      columns: () => columns,
    },
    history,
  );
  const prompt = (text: string) => {
    terminal.write(text.replaceAll('\n', '\r\n'));
    editor.noteOutput(text);
    editor.startReading();
  };
  return { terminal, sent, history, editor, prompt };
}

test('a typed line is echoed and handed over', () => {
  const { terminal, sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('1+1\r');
  assert.deepEqual(sent, ['1+1\n']);
  assert.equal(terminal.screen, '>>> 1+1');
  assert.equal(terminal.row, 1);
});

test('editing in the middle', () => {
  const { terminal, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('prnt(1)\x1b[H\x1b[C\x1b[Ci');
  assert.equal(terminal.screen, '>>> print(1)');
  assert.equal(terminal.column, 7);
  editor.feed('\x7f\x1b[3~');
  assert.equal(editor.text, 'prt(1)');
  editor.feed('\x05\x17'); // end, cut the word: "1)" goes
  assert.equal(editor.text, 'prt(');
  editor.feed('\x15');
  assert.equal(editor.text, '');
  editor.feed('\x19');
  assert.equal(terminal.screen, '>>> prt(');
});

test('a line longer than the terminal wraps and is drawn anew rightly', () => {
  const { terminal, editor, prompt } = setUp(10);
  prompt('>>> ');
  editor.feed('abcdefghijkl');
  assert.equal(terminal.screen, '>>> abcdef\nghijkl');
  editor.feed('\x01X');
  assert.equal(terminal.screen, '>>> Xabcde\nfghijkl');
  assert.deepEqual([terminal.row, terminal.column], [0, 5]);
  editor.feed('\x05\x15');
  assert.equal(terminal.screen, '>>>');
  assert.deepEqual([terminal.row, terminal.column], [0, 4]);
});

test('a full row leaves the cursor on the next one', () => {
  const { terminal, editor, prompt } = setUp(10);
  prompt('>>> ');
  editor.feed('abcdef\x01\x05');
  editor.feed('g');
  assert.equal(terminal.screen, '>>> abcdef\ng');
  editor.feed('\x7f\x7f');
  assert.equal(terminal.screen, '>>> abcde');
});

test('wide characters and clusters count as what they take', () => {
  const { terminal, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('日本e\u0301👍🏽');
  assert.equal(editor.cursor, 4);
  editor.feed('\x1b[D\x1b[D');
  assert.equal(terminal.column, 8);
  editor.feed('\x7f');
  assert.equal(editor.text, '日e\u0301👍🏽');
});

test('coloured prompts are as wide as they look', () => {
  const { terminal, editor, prompt } = setUp();
  editor.noteOutput('\x1b[1;35m>>> \x1b[0m');
  terminal.write('>>> ');
  editor.startReading();
  editor.feed('ab\x01');
  assert.equal(terminal.column, 4);
  void prompt;
});

test('history goes back, forward and keeps the draft', () => {
  const { editor, prompt } = setUp();
  for (const line of ['one', 'two']) {
    prompt('>>> ');
    editor.feed(`${line}\r`);
  }
  prompt('>>> ');
  editor.feed('dra\x1b[A');
  assert.equal(editor.text, 'two');
  editor.feed('\x1b[A\x1b[A');
  assert.equal(editor.text, 'one');
  editor.feed('\x1b[B\x1b[B');
  assert.equal(editor.text, 'dra');
});

test('a block is one entry, edited as a whole and handed over line by line', () => {
  const { terminal, sent, history, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('for i in x:\r');
  prompt('... ');
  assert.equal(editor.text, '    ');
  editor.feed('f(i)\r');
  prompt('... ');
  editor.feed('\r');
  assert.deepEqual(sent, ['for i in x:\n', '    f(i)\n', '\n']);
  assert.deepEqual(history.entries, ['for i in x:\n    f(i)']);

  sent.length = 0;
  prompt('>>> ');
  editor.feed('\x1b[A');
  assert.match(terminal.screen, />>> for i in x:\n\.\.\. {5}f\(i\)$/);
  editor.feed('\x7f, 1)\r');
  assert.deepEqual(sent, ['for i in x:\n']);
  prompt('... ');
  assert.deepEqual(sent, ['for i in x:\n', '    f(i, 1)\n']);
  assert.match(terminal.screen, />>> for i in x:\n\.\.\. {5}f\(i, 1\)$/);
});

test('what is typed ahead waits for the next prompt', () => {
  const { sent, editor, prompt } = setUp();
  editor.feed('a\rb\r');
  assert.deepEqual(sent, []);
  prompt('>>> ');
  assert.deepEqual(sent, ['a\n']);
  prompt('>>> ');
  assert.deepEqual(sent, ['a\n', 'b\n']);
});

test('typing ahead inside of a block is indented as well', () => {
  const { sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('if 1:\rx\r');
  prompt('... ');
  assert.deepEqual(sent, ['if 1:\n', '    x\n']);
});

test('a pasted block brings its own indentation', () => {
  const { sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('\x1b[200~def f():\r    return 1\r\r\rf()\r\x1b[201~');
  for (const next of ['... ', '... ', '>>> ']) prompt(next);
  assert.deepEqual(sent, ['def f():\n', '    return 1\n', '\n', 'f()\n']);
});

test('tabs in a paste indent', () => {
  const { sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('\x1b[200~if x:\r\ty\r\rz\x1b[201~');
  for (const next of ['... ', '... ', '>>> ']) prompt(next);
  assert.deepEqual(sent, ['if x:\n', '    y\n', '\n']);
  assert.equal(editor.text, 'z');
});

test('a paste presses no keys', () => {
  const { terminal, sent, editor, prompt } = setUp();
  prompt('? ');
  editor.feed('\x1b[200~a\x1b[2Jb\r\x03\r\x04\r\x1b[A\x1b[201~');
  for (let left = 3; left > 0; left--) prompt('? ');
  assert.deepEqual(sent, ['a[2Jb\n', '\n', '\n']);
  assert.equal(editor.text, '[A');
  assert.match(terminal.screen, /^\? a\[2Jb\n/);
});

test('a pasted line may be long', () => {
  const { editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed(`\x1b[200~${'x'.repeat(200_000)}\x1b[201~`);
  assert.equal(editor.cursor, 200_000);
});

test('a paste may come in pieces', () => {
  const { sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('\x1b[200~x =');
  editor.feed(' 1\r\x1b[201~y');
  assert.deepEqual(sent, ['x = 1\n']);
  prompt('>>> ');
  assert.equal(editor.text, 'y');
});

test('Ctrl-C interrupts, also what does not read', () => {
  const { terminal, sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('abc\x03');
  assert.deepEqual(sent, ['<interrupt>']);
  assert.equal(terminal.screen, '>>> abc^C');
  editor.feed('typed ahead\r\x03');
  assert.deepEqual(sent, ['<interrupt>', '<interrupt>']);
  prompt('\n>>> ');
  assert.equal(editor.text, '');
});

test('Ctrl-D ends an empty line only', () => {
  const { sent, editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('ab\x01\x04');
  assert.equal(editor.text, 'b');
  editor.feed('\x04\x04');
  assert.deepEqual(sent, ['<end>']);
});

test('keys without a meaning do nothing', () => {
  const { editor, prompt } = setUp();
  prompt('>>> ');
  editor.feed('a\x1b[15~\x1bx\x1b[1;2P\x9bb');
  assert.equal(editor.text, 'ab');
});

test('history survives in the shelf and ignores foreign values', () => {
  const shelf = new Map<string, string>();
  const asShelf = {
    getItem: (key: string) => shelf.get(key) ?? null,
    setItem: (key: string, value: string) => void shelf.set(key, value),
  };
  const first = new History(asShelf);
  first.add('a');
  first.add('a');
  first.add('  ');
  assert.deepEqual(new History(asShelf).entries, ['a']);
  for (const key of shelf.keys()) shelf.set(key, '{"not": "ours"}');
  assert.deepEqual(new History(asShelf).entries, []);
});

test('hidden lines are edited, but neither shown nor remembered', () => {
  const { terminal, sent, history, editor, prompt } = setUp();
  editor.isHidden = true;
  prompt('Password: ');
  editor.feed('sesane\x7f\x7fme\r');
  assert.deepEqual(sent, ['sesame\n']);
  assert.equal(terminal.screen, 'Password:');
  assert.deepEqual(history.entries, []);
});

test('what was typed ahead can be had back', () => {
  const { sent, editor, prompt } = setUp();
  editor.feed('ab\r');
  assert.equal(editor.takeAhead(), 'ab\r');
  prompt('>>> ');
  assert.deepEqual(sent, []);
});

test('the history as a file', () => {
  const history = new History(null);
  history.text = 'one\ndef f():\r\n    pass\n\ntwo\n';
  assert.deepEqual(history.entries, ['one', 'def f():\n    pass', 'two']);
  assert.equal(history.text, 'one\ndef f():\r\n    pass\ntwo\n');
});
