// SPDX-License-Identifier: Apache-2.0
// No script hangs the parser or has it throw anything but a syntax error; and whatever is run, in a world where there is
// nothing, ends with an exit code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTool } from '../../../web/shell/run-shell.ts';
import { Parser } from '../../../web/shell/parser.ts';
import { Source } from '../../../web/shell/source.ts';
import { ShellSyntaxError } from '../../../web/shell/syntax.ts';
import { toolNames } from '../../../web/shell/tools/table.ts';
import type { Corpus } from '../mutations.ts';
import { fuzzText, mutated, Random } from '../mutations.ts';
import { inMemory, MemoryShellHost } from './memory-shell-host.ts';
import { kScripts } from './scripts.ts';

const kTokens = [
  ...[
    'if',
    'then',
    'elif',
    'else',
    'fi',
    'for',
    'in',
    'do',
    'done',
    'while',
    'until',
    'case',
    'esac',
    '{',
    '}',
    '!',
  ],
  ...[
    '(',
    ')',
    '&&',
    '||',
    '|',
    ';',
    ';;',
    '&',
    '\n',
    '<',
    '>',
    '>>',
    '2>&1',
    '<<E',
    '<<-E',
    "<<'E'",
    'E',
    '<>',
    '>&-',
  ],
  ...[
    '$x',
    '${x',
    '${x:-',
    '${#',
    '}',
    '$(',
    '`',
    '$((',
    '))',
    '"',
    "'",
    '\\',
    '#',
    '~',
    '*',
    '[',
    '?',
    'a=1',
    'f()',
  ],
  ...[
    'echo',
    'a',
    'b c',
    'cat',
    'read x',
    'set -e',
    'shift',
    'eval',
    'exit',
    'break',
    'return',
    'wait',
    ':',
    '$@',
    '$?',
  ],
];
const kCorpus: Corpus = {
  seeds: Object.values(kScripts).flat(),
  words: kTokens.map((token) => ` ${token} `),
};

function parse(script: string): void {
  try {
    const parser = new Parser(new Source(script));
    for (let line = parser.line(); line; line = parser.line());
  } catch (error) {
    assert.ok(error instanceof ShellSyntaxError, String(error));
  }
}

test('damaged scripts', () => {
  fuzzText(kCorpus, 5000, parse);
});

test('tokens in any order', () => {
  for (let number = 0; number < 5000; ++number) {
    const random = new Random(number);
    const script = Array.from({ length: 1 + random.below(20) }, () => random.oneOf(kTokens)).join(' ');
    const started = performance.now();
    parse(script);
    assert.ok(performance.now() - started < 1000, script);
  }
});

test('damaged scripts that run', async () => {
  const decoder = new TextDecoder();
  for (let number = 0; number < 3000; ++number) {
    const script = decoder.decode(mutated(kCorpus, number));
    const { status, error } = await inMemory(script, { patience: 200 }, 'one', 'two words');
    assert.doesNotMatch(error, /TypeError|RangeError|is not a function|undefined/, script);
    assert.ok(status >= 0 && status <= 255, script);
  }
});

const kArguments = [
  ...[
    '-n',
    '-r',
    '-c',
    '-k',
    '2,1',
    '-t',
    ':',
    '-f',
    '1-',
    '-d',
    ',',
    '-E',
    '-e',
    's/a/b/g',
    '/x/,$d',
    '1~2p',
    'y/a/b/',
  ],
  ...[
    'a\\(b*\\)\\1',
    '[[:alpha:]]*',
    '(a|b)+{2,}',
    '[^]',
    '*',
    '-',
    '--',
    '',
    '%d %s\\n',
    '%*.*f',
    '1',
    '0',
    '-5',
    '5.5',
  ],
  ...[
    'a-z',
    '[:upper:]',
    '(',
    ')',
    '!',
    '-name',
    '-exec',
    '{}',
    ';',
    '+',
    '-o',
    '=',
    '-eq',
    ']',
    'echo',
    'é',
    '\udcff',
    '$',
  ],
];

test('tools with any arguments', async () => {
  const input = new TextEncoder().encode('a b\nc:d\n\n1\n2 é\nx');
  const skipped = new Set(['yes', 'sleep']);
  const names = toolNames().filter((name) => !skipped.has(name));
  for (let number = 0; number < 4000; ++number) {
    const random = new Random(number);
    const args = Array.from({ length: random.below(6) }, () => random.oneOf(kArguments));
    const argv = [random.oneOf(names), ...args];
    let read = false;
    const host = new MemoryShellHost({
      patience: 1000,
      input: () => {
        const first = !read;
        read = true;
        return first ? input : new Uint8Array();
      },
    });
    const status = await runTool(argv, { env: {}, cwd: '/' }, host);
    assert.ok(status >= 0 && status <= 255, argv.join(' '));
    const internal = /TypeError|RangeError|is not a function/.exec(host.text(2));
    assert.equal(internal, null, `${JSON.stringify(argv)}: ${host.text(2)}`);
  }
});
