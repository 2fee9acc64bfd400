// SPDX-License-Identifier: Apache-2.0
// Tools beside those of GNU: random arguments, random lines that come in small pieces, the same output.
//   TAIPAN_FUZZ_ROUNDS=N   N times as many
//   TAIPAN_FUZZ_ONLY=N     the call of that number and no other

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { runTool } from '../../../web/shell/run-shell.ts';
import { Random } from '../mutations.ts';
import { MemoryShellHost } from './memory-shell-host.ts';

const kRounds = 600;
const kEnv = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' };
const kLines = [
  ...[
    'a',
    'b a',
    'foo bar',
    '',
    'a:b:c',
    '10 x',
    '9 y',
    'A',
    'abab',
    'foofoo',
    '  lead',
    'aa,bb',
    'x/y',
    'a.b',
    '*',
  ],
  ...['2', 'ab\tcd', 'z]', '10', 'aab', 'FOO'],
];

/** Words of which any may be missing, then one of each of the lists. */
interface Arguments {
  readonly maybe?: readonly string[];
  readonly oneOf: readonly (readonly string[])[];
}

const kSets = ['a-z', 'A-Z', 'abc', '\\n', ' ', 'x', '0-9', 'a-c\\n', '[:upper:]', '[:lower:]'];
const kBasic = [
  ...[
    'a',
    '^a',
    'b$',
    'a.*b',
    '[a-c]',
    '[^a-z]',
    'a\\{2\\}',
    '\\(a\\)\\1',
    '^$',
    '.',
    '*',
    'a*',
    '\\.',
    '[]]',
    '[^]a]',
  ],
  ...['a\\|b', 'foo\\+', '\\<f', '[[:space:]]', '\\w\\w\\w'],
];
const kExtended = [
  'a|b',
  '(ab)+',
  '^[a-z]+$',
  '[0-9]{2}',
  'a.*b',
  'x?y',
  '[^a]',
  '\\bfoo',
  'o{2,}',
  '^.{3}$',
  'a+|b+',
];
const kAddresses = [
  '',
  '1',
  '$',
  '2,3',
  '/a/',
  '/a/,/b/',
  '2,$',
  '/foo/,+1',
  '1~2',
  '2!',
  '$!',
  '/a/!',
  '/^$/',
  '3,1',
];
const kSedCommands = [
  ...[
    'p',
    'd',
    's/a/X/',
    's/a/X/g',
    's/[a-z]/<&>/2',
    's/\\(a\\)\\(.\\)/\\2\\1/g',
    '=',
    'y/abc/xyz/',
    's/^/> /',
  ],
  ...[
    's/o*/-/g',
    's/.*/\\U&/',
    'i\\foo',
    'a bar',
    'c\\baz',
    'n;d',
    'N;s/\\n/+/',
    '$!N;P;D',
    'h;G',
    'x',
    '{p;p}',
  ],
  ...['s/b*$/E/', 's/x/y/p', 's|/|:|gp', 's/\\s\\+/_/g', 's/a\\|b/Q/g', 'H;$!d;x;s/\\n/,/g'],
];
const kSedScripts = kAddresses.flatMap((address) => kSedCommands.map((command) => address + command));
const kKeys = ['1', '2', '2n', '1,1', '2,2', '1.2', '2r', '1,1r', '2,2n', '3', '1.2,1.3', '2b'].map(
  (key) => `-k${key}`,
);
const kFormats = [
  ...[
    '%s\\n',
    '%d|',
    '%5.2f|',
    '%-6s|',
    '%06d|',
    '%x %o\\n',
    '%c',
    '%+d',
    '% d',
    '%e|',
    '%g|',
    '%%%s',
    '%.3s|',
  ],
  ...['%5s%s\\n', '%i,', '%#x|', '%#o|', '%.4d|', '%10.3e|', '%G|', '%b|'],
];
const kNumbers = ['1', '42', '-7', '3.14159', '0x1f', '010', '1e5', '100000000', '0', '0.5'];
const kIntegers = ['1', '2', '0', '5', '10', '-3'];
const kPaths = ['/a/b.c', 'a/', '/', '//', 'a', 'a/b/', '/a', 'x//y', './a', 'a.b', '.c'];

const kTools: Readonly<Record<string, Arguments>> = {
  head: {
    oneOf: [
      ['-n', '-c'],
      ['1', '2', '3', '0', '5', '-1', '-2', '-10'],
    ],
  },
  tail: {
    oneOf: [
      ['-n', '-c'],
      ['1', '2', '3', '0', '5', '+1', '+2', '+10'],
    ],
  },
  wc: { maybe: ['-l', '-w', '-c', '-m'], oneOf: [] },
  cat: { maybe: ['-n'], oneOf: [] },
  cut: {
    maybe: ['-s'],
    oneOf: [
      ['-d:', '-d ', '-da', '-d,'],
      ['-f1', '-f2', '-f1-', '-f-2', '-f2-3', '-f1,3', '-f2,1'],
    ],
  },
  tr: { oneOf: [['-d', '-s', '-cd'], kSets] },
  sort: { maybe: ['-n', '-r', '-u', '-f', '-b', '-s', '-t:', '-t '], oneOf: [['--', ...kKeys]] },
  uniq: { maybe: ['-c', '-d', '-u', '-i', '-f1'], oneOf: [] },
  grep: { maybe: ['-i', '-n', '-c', '-w', '-x', '-m1', '-A1', '-B1'], oneOf: [['-e'], kBasic] },
  egrep: { maybe: ['-i', '-v', '-n'], oneOf: [kExtended] },
  sed: { maybe: ['-n'], oneOf: [kSedScripts] },
  printf: { oneOf: [kFormats, kNumbers, kNumbers] },
  expr: { oneOf: [kIntegers, ['+', '-', '*', '<', '<=', '=', '!=', '>', '|', '&', ':'], kIntegers] },
  seq: {
    maybe: ['-w'],
    oneOf: [
      ['1', '3', '-2', '0.5'],
      ['2', '1.25', '-1', '7'],
      ['10', '3', '-2'],
    ],
  },
  basename: { oneOf: [kPaths, ['.c', '.b', 'b', 'c']] },
  dirname: { oneOf: [kPaths] },
  xargs: { maybe: ['-n2', '-r'], oneOf: [['echo'], ['X', '-n']] },
};

interface Call {
  readonly argv: readonly string[];
  readonly input: string;
}

function randomCall(random: Random): Call {
  const name = random.oneOf(Object.keys(kTools));
  const { maybe = [], oneOf } = kTools[name] ?? { oneOf: [] };
  const options = maybe.filter(() => random.below(4) === 0);
  const lines = Array.from({ length: random.below(7) }, () => random.oneOf(kLines));
  const end = random.below(4) > 0 && lines.length > 0 ? '\n' : '';
  const choices = oneOf.map((choice) => random.oneOf(choice));
  return { argv: [name, ...options, ...choices], input: lines.join('\n') + end };
}

async function ours({ argv, input }: Call, random: Random) {
  let left = new TextEncoder().encode(input);
  const host = new MemoryShellHost({
    patience: 5000,
    input: (size) => {
      const piece = left.subarray(0, Math.min(size, 1 + random.below(9)));
      left = left.subarray(piece.length);
      return piece;
    },
  });
  const status = await runTool(argv, { env: {}, cwd: '/' }, host);
  return { status, output: host.text(1), error: host.text(2) };
}

/** dash's printf is the one that the shell has. */
function theirs({ argv, input }: Call) {
  const options = { input: Buffer.from(input), env: kEnv, encoding: 'latin1' } as const;
  if (argv[0] === 'printf') return spawnSync('/bin/sh', ['-c', '"$@"', 'sh', ...argv], options);
  return spawnSync(argv[0] ?? '', argv.slice(1), options);
}

test('tools do what GNU tools do', { skip: process.platform !== 'linux' }, async () => {
  const only = process.env['TAIPAN_FUZZ_ONLY'];
  const first = Number(only ?? 0);
  const end = only === undefined ? kRounds * Number(process.env['TAIPAN_FUZZ_ROUNDS'] ?? 1) : first + 1;
  for (let number = first; number < end; ++number) {
    const random = new Random(number);
    const call = randomCall(random);
    const expected = theirs(call);
    const { status, output, error } = await ours(call, random);
    const again = `again with TAIPAN_FUZZ_ONLY=${number}: ${JSON.stringify(call)} ${error}`;
    assert.equal(output, expected.stdout, again);
    assert.equal(status, expected.status, again);
  }
});
