// SPDX-License-Identifier: Apache-2.0
// Keys, pastes and prompts in any order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../../web/page/history.ts';
import { LineEditor } from '../../../web/page/line-editor.ts';
import { fuzzText, type Corpus } from '../mutations.ts';
import { FakeTerminal } from './fake-terminal.ts';

const kKeys: Corpus = {
  seeds: [
    '1+1\r',
    'prnt(1)\x1b[H\x1b[C\x1b[Ci',
    'for i in x:\rf(i)\r\r\x1b[A',
    'ab\x01\x04',
    'a long line of some words',
  ],
  words: [
    ...[
      '\r',
      '\x1b\r',
      '\t',
      '\x7f',
      '\x1b[3~',
      '\x04',
      '\x1b[D',
      '\x1b[C',
      '\x1b[1;5D',
      '\x1bf',
      '\x1b[H',
      '\x05',
    ],
    ...[
      '\x1b[A',
      '\x1b[B',
      '\x0b',
      '\x15',
      '\x17',
      '\x19',
      '\x0c',
      '\x1bOA',
      '\x1b',
      '\x1b[',
      '日本',
      'e\u0301',
      'x y',
    ],
  ],
};

const kControl = /\p{Cc}/u;

function setUp(columns: number) {
  const terminal = new FakeTerminal(columns);
  const sent: string[] = [];
  const asked: string[] = [];
  const history = new History(null);
  const editor = new LineEditor(
    {
      write: (text) => {
        terminal.write(text);
      },
      submit: (line) => sent.push(line),
      interrupt: () => asked.push('interrupt'),
      endOfInput: () => asked.push('end'),
      columns: () => columns,
    },
    history,
  );
  const prompt = (text: string) => {
    terminal.write(text);
    editor.noteOutput(text);
    editor.startReading();
  };
  return { terminal, sent, asked, history, editor, prompt };
}

test('any keys leave a buffer with the cursor in it and hand over lines', () => {
  fuzzText(kKeys, 1500, (keys) => {
    const { sent, history, editor, prompt } = setUp(20);
    prompt('>>> ');
    for (const piece of keys.match(/[^]{1,40}/g) ?? []) {
      editor.feed(piece);
      if (!editor.reading) prompt(sent.length % 3 === 1 ? '... ' : '>>> ');
      // A mark that is typed after its letter counts for itself.
      assert.ok(editor.cursor >= 0 && editor.cursor <= Array.from(editor.text).length);
      assert.ok(!kControl.test(editor.text.replaceAll('\n', '')), JSON.stringify(editor.text));
    }
    for (const line of sent) assert.ok(!kControl.test(line.slice(0, -1)) && line.endsWith('\n'));
    for (const entry of history.entries) assert.notEqual(entry.trim(), '');
  });
});

test('what is on the screen is the prompt and the buffer, however it got there', () => {
  fuzzText(kKeys, 1500, (keys) => {
    const { terminal, editor, prompt } = setUp(12);
    prompt('>>> ');
    // One line that is still edited, in characters that do not melt together.
    editor.feed(keys.replaceAll(/[\r\n\x03\x04\x10\x0c]|\x1b[[O][AB]|[^\x00-\x7e日本]/g, ''));
    assert.ok(editor.reading);
    const fresh = new FakeTerminal(12);
    fresh.write(`>>> ${editor.text}`);
    assert.equal(terminal.screen, fresh.screen);
  });
});

test('a paste is text: it neither interrupts nor ends anything, and loses no line', () => {
  const pastes: Corpus = {
    seeds: ['def f():\n\treturn 1\n\nf()\n', 'x = 1', 'a\rb\r\nc', 'a\x1b[2Jb\n\x03\n\x04\n'],
    words: [
      '\x03',
      '\x04',
      '\n\x03\n',
      '\n\x04\n',
      '\x1b[A',
      '\n\x1b[A\n',
      '\t',
      '\n\t',
      '\x9b2J',
      '\n',
      '\0',
    ],
  };
  fuzzText(pastes, 1000, (text) => {
    if (text.includes('\x1b[201~')) return;
    const { sent, asked, editor, prompt } = setUp(40);
    prompt('? ');
    editor.feed(`\x1b[200~${text}\x1b[201~`);
    const lines = text.split(/\r\n|\r|\n/);
    for (let left = lines.length; left > 0; left--) if (!editor.reading) prompt('? ');
    assert.deepEqual(asked, []);
    const plain = (line: string) => line.replaceAll(/[\p{Cc} ]/gu, '');
    assert.deepEqual([...sent, editor.text].map(plain), lines.map(plain));
    assert.ok(!kControl.test(sent.map((line) => line.slice(0, -1)).join('') + editor.text));
  });
});

test('a shelf with anything on it is a history of texts', () => {
  const shelves: Corpus = {
    seeds: ['["a","b\\nc"]', '[]', '{"not":"ours"}'],
    words: ['[', ']', ',', '"', 'null', '1', '{}', '[[]]', '\\u0000'],
  };
  fuzzText(shelves, 2000, (stored) => {
    const history = new History({ getItem: () => stored, setItem: () => undefined });
    for (let entry = history.previous('draft'); entry !== null; entry = history.previous('')) {
      assert.equal(typeof entry, 'string');
    }
    for (let entry = history.next(); entry !== null; entry = history.next())
      assert.equal(typeof entry, 'string');
  });
});
