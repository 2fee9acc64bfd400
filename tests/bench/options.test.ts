// SPDX-License-Identifier: Apache-2.0
// Checks the benchmark's command line, its interpreters and the quoting of their commands.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { UsageError } from '../../bench/lib/errors.ts';
import { defaultInterpreters, defineInterpreters, selectInterpreters } from '../../bench/lib/interpreters.ts';
import { parseOptions } from '../../bench/lib/options.ts';
import { commandLine, lastJsonLine, runOnce, shellQuote } from '../../bench/lib/process.ts';

const kDefaults = { node: '/usr/bin/node', out: 'build/bench' };

test('without options everything runs, several rounds', () => {
  const options = parseOptions([], kDefaults);
  assert.deepEqual(options.only, []);
  assert.deepEqual(options.suites, ['programs', 'startup', 'sizes']);
  assert.equal(options.interpreters, undefined);
  assert.equal(options.rounds, 5);
  assert.equal(options.repeats, 3);
});

test('--quick is one round of one run, and gives way to an explicit number', () => {
  const quick = parseOptions(['--quick'], kDefaults);
  assert.deepEqual([quick.rounds, quick.repeats], [1, 1]);
  assert.equal(parseOptions(['--quick', '--rounds', '2'], kDefaults).rounds, 2);
});

test('a definition keeps the equals signs of its command', () => {
  const { definitions } = parseOptions(['--interpreter', 'old=env A=1 python3'], kDefaults);
  assert.deepEqual(definitions, [{ name: 'old', command: 'env A=1 python3' }]);
});

test('misuse is refused with what to give instead', () => {
  for (const parameters of [
    ['--rounds', '0'],
    ['--repeats', '1.5'],
    ['--entry', 'sideways'],
    ['--suites', 'speed'],
    ['--interpreter', 'old'],
    ['--interpreter', '=python3'],
    ['--artifacts', 'node='],
    ['--fast'],
    ['nbody'],
  ]) {
    assert.throws(() => parseOptions(parameters, kDefaults), UsageError, parameters.join(' '));
  }
});

test('a definition replaces a known interpreter in its place and adds a new one at the end', () => {
  const known = defaultInterpreters({ node: '/n/node', bench: '/r/bench', root: '/r' });
  const all = defineInterpreters(known, [
    { name: 'node', command: 'mine' },
    { name: 'old', command: 'older' },
  ]);
  assert.deepEqual(
    all.map(({ name }) => name),
    ['native', 'node', 'wasi', 'pyodide', 'old'],
  );
  assert.deepEqual(selectInterpreters(all, ['old', 'node']), [
    { name: 'old', command: 'older' },
    { name: 'node', command: 'mine' },
  ]);
  assert.throws(() => selectInterpreters(all, ['nod']), UsageError);
});

test('a path with spaces and quotes survives the shell', () => {
  const word = "a b'c$d";
  const [shell, ...parameters] = commandLine(`printf %s ${shellQuote(word)}`, []);
  assert.equal(execFileSync(shell, parameters, { encoding: 'utf8' }), word);
});

test('arguments reach the command as they are', async () => {
  const outcome = await runOnce(commandLine("printf '%s|'", ['-c', 'print("a b")', '$HOME']), 10);
  assert.deepEqual(outcome, { kind: 'done', stdout: '-c|print("a b")|$HOME|' });
});

test('a failing and a hanging command are told apart', async () => {
  const failed = await runOnce(commandLine('sh -c "echo broken >&2; exit 3"', []), 10);
  assert.deepEqual(failed, { kind: 'failed', reason: 'exit code 3: broken' });
  const hung = await runOnce(commandLine('sleep', ['30']), 1);
  assert.match(hung.kind === 'failed' ? hung.reason : 'done', /^killed \(time limit 1 s/);
});

test('only the last line is the result', () => {
  assert.deepEqual(lastJsonLine('hello\n{"a": 1}\n'), { a: 1 });
  assert.equal(lastJsonLine('{"a": 1}\nbye\n'), undefined);
  assert.equal(lastJsonLine(''), undefined);
});
