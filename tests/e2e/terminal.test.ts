// SPDX-License-Identifier: Apache-2.0
// Programs at a terminal: what they see and show is what CPython sees and shows natively.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { repository, run, temporaryFolder } from './taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');
const command = process.env['TAIPAN_COMMAND'] ?? join(repository, 'taipan');

type Step =
  { wait: string } | { send: string } | { resize: [number, number] } | { lines: boolean } | { pause: number };

interface Seen {
  readonly code: number;
  readonly output: string;
  readonly cooked: boolean;
}

/** What one sees who starts `taipan run` at a terminal and types. */
async function type(
  context: TestContext,
  target: 'native' | 'node' | 'browser',
  args: readonly string[],
  steps: readonly Step[],
): Promise<Seen> {
  const home = await temporaryFolder(context);
  const words = [command, 'run', '--target', target, ...args];
  // The cache is found without a home folder.
  const cache = process.env['TAIPAN_CACHE'] ?? join(process.env['HOME'] ?? '/', '.cache/taipan');
  const { stdout, stderr } = await run(
    'native',
    [join(kPrograms, 'typist.py'), JSON.stringify(steps), ...words],
    {
      env: {
        TERM: 'xterm-256color',
        PYTHON_HISTORY: join(home, 'history'),
        TAIPAN_CACHE: cache,
      },
    },
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Seen;
}

/** Without what is in front of the first prompt, which names the platform. */
function afterBanner({ output }: Seen): string {
  return output.slice(output.indexOf('\x1b[?2004h'));
}

const kPrompt = '\x1b[0m\x1b[4D\x1b[?12l\x1b[?25h\x1b[4C';

/** Types a line at the prompt; it is taken when the next prompt is there. */
const enter = (line: string): Step[] => [{ send: `${line}\n` }, { wait: `>>> ${kPrompt}` }];

describe('the prompt', () => {
  const both = async (context: TestContext, steps: readonly Step[]): Promise<Seen> => {
    const all = [{ wait: `>>> ${kPrompt}` }, ...steps, { send: '\x04' }];
    const native = await type(context, 'native', [], all);
    const ours = await type(context, 'node', [], all);
    assert.equal(afterBanner(ours), afterBanner(native));
    assert.deepEqual({ code: ours.code, cooked: ours.cooked }, { code: 0, cooked: true });
    return ours;
  };

  test('colours, blocks, history and editing', { timeout: 240_000 }, async (context) => {
    const { output } = await both(context, [
      ...enter('6 * 7'),
      { send: 'def double(x):\n' },
      { wait: '... ' },
      { send: 'return x * 2\n' },
      { wait: '... ' },
      ...enter(''),
      { send: '\x1bOA' },
      { wait: 'return x * 2' },
      { pause: 0.2 },
      { send: '\x03' },
      { wait: `>>> ${kPrompt}` },
      ...enter('doubl\x1bODe\x7f\x1bOC\x08le(50)'),
      ...enter('1/0'),
    ]);
    assert.match(output, /\r\n42\r\n|>42\r\n/);
    assert.match(output, />100\r\n/);
  });

  test('pastes, interrupts and other sizes', { timeout: 240_000 }, async (context) => {
    const { output } = await both(context, [
      { send: '\x1b[200~def g():\n    return 7\n\x1b[201~' },
      { wait: 'return 7' },
      { wait: '... ' },
      ...enter(''),
      ...enter('g()'),
      { send: 'abandoned' },
      { wait: 'abandoned' },
      { pause: 0.2 },
      { send: '\x03' },
      { wait: `>>> ${kPrompt}` },
      ...enter('import os'),
      { resize: [30, 60] },
      ...enter('os.get_terminal_size()'),
      { send: 'while True: pass\n\n' },
      { lines: true },
      { pause: 0.5 }, // it is read by then, and in the loop
      { send: '\x03' },
      { wait: `>>> ${kPrompt}` },
    ]);
    assert.match(output, /KeyboardInterrupt/);
    assert.match(output, /columns=60, lines=30/);
  });
});

test('input(), hidden passwords, single keys and the size', { timeout: 240_000 }, async (context) => {
  const code = `
import getpass, os, signal, sys, termios, time, tty
print(input("name? "))
print(getpass.getpass())
sizes = []
signal.signal(signal.SIGWINCH, lambda *_: sizes.append(os.get_terminal_size()))
print("ready", flush=True)
while not sizes:
    time.sleep(0.01)
print(sizes)
before = termios.tcgetattr(0)
tty.setcbreak(0)
print("key?", flush=True)
print(os.read(0, 10))
termios.tcsetattr(0, termios.TCSADRAIN, before)
for part in range(3):
    print(f"{part}/3", end="\\r", flush=True)
print(os.tcgetpgrp(0) == os.getpgrp())
tty.setraw(1)
`;
  const steps: Step[] = [
    { wait: 'name? ' },
    { send: 'bobo\x7f\n' },
    { wait: 'Password: ' },
    { send: 'sesame\n' },
    { wait: 'ready' },
    { resize: [10, 70] },
    { wait: 'key?' },
    { lines: false },
    { send: 'k' },
  ];
  const native = await type(context, 'native', ['-c', code], steps);
  const ours = await type(context, 'node', ['-c', code], steps);
  assert.equal(ours.output, native.output);
  assert.equal(ours.code, 0);
  assert.equal(ours.cooked, true); // a shell would do that natively
});

test('Ctrl-C is for all who are at the terminal', { timeout: 240_000 }, async (context) => {
  const code = `
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
import time
try:
    print("child is ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("child was interrupted", flush=True)
'''])
try:
    child.wait()
except KeyboardInterrupt:
    print("so was its parent, after", child.wait())
`;
  const steps: Step[] = [{ wait: 'child is ready' }, { pause: 0.3 }, { send: '\x03' }];
  const native = await type(context, 'native', ['-c', code], steps);
  for (const target of ['node', 'browser'] as const)
    assert.deepEqual(await type(context, target, ['-c', code], steps), native, target);
});

test('a program in the place of the first has the terminal', { timeout: 120_000 }, async (context) => {
  const code = `
import os, subprocess, sys
print(input("old? "), flush=True)
subprocess.run([sys.executable, "-c", "print(input('child? '))"])
os.execv(sys.executable, [sys.executable, "-c", '''
import os, signal, termios, time, tty
print(input("new? "))
try:
    input("interrupt? ")
except KeyboardInterrupt:
    print("interrupted")
sizes = []
signal.signal(signal.SIGWINCH, lambda *_: sizes.append(os.get_terminal_size()))
print("ready", flush=True)
while not sizes:
    time.sleep(0.01)
before = termios.tcgetattr(0)
tty.setcbreak(0)
print(sizes, "key?", flush=True)
print(os.read(0, 10), os.tcgetpgrp(0) == os.getpgrp())
termios.tcsetattr(0, termios.TCSADRAIN, before)
signal.signal(signal.SIGINT, signal.SIG_DFL)
input("end? ")
'''])
`;
  const steps: Step[] = [
    { wait: 'old? ' },
    { send: 'bobo\x7f\n' },
    { wait: 'child? ' },
    { send: 'for the child\n' },
    { wait: 'new? ' },
    { send: 'typed\n' },
    { wait: 'interrupt? ' },
    { pause: 0.2 },
    { send: '\x03' },
    { wait: 'ready' },
    { resize: [10, 70] },
    { wait: 'key?' },
    { lines: false },
    { send: 'k' },
    { wait: 'end? ' },
    { pause: 0.2 },
    { send: '\x03' },
  ];
  const native = await type(context, 'native', ['-c', code], steps);
  const ours = await type(context, 'node', ['-c', code], steps);
  assert.deepEqual(ours, native);
});

test('pseudo terminals, within a process and between two', { timeout: 120_000 }, async () => {
  const program = join(kPrograms, 'pseudo_terminals.py');
  const native = await run('native', [program]);
  assert.deepEqual(await run('node', [program]), native);
});
