// SPDX-License-Identifier: Apache-2.0
// Processes, sockets and what stands on them: the same programs beside native CPython.

import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';

import { run } from './taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');

const kTargets = ['node', 'browser'] as const;

const kCompared = [
  ...[
    'processes',
    'sockets',
    'multiprocesses',
    'shared_values',
    'shared_memory',
    'passed_descriptors',
    'resources',
    'file_locks',
  ].map((name) => [join(kPrograms, `${name}.py`)]),
  ['examples/pipeline.py', 'examples/poem.txt'],
  ['examples/producers.py', '4'],
  ['examples/parallel_mandelbrot.py', '40', '12'],
];

for (const target of kTargets) {
  describe(`processes on ${target}`, () => {
    for (const words of kCompared) {
      test(
        `${words.map((word) => basename(word)).join(' ')} prints what it prints natively`,
        { timeout: 180_000 },
        async () => {
          const native = await run('native', words);
          const here = await run(target, words);
          assert.equal(here.stdout, native.stdout);
          assert.equal(here.code, 0);
        },
      );
    }

    test('there is no fork, and the error says what to use', { timeout: 60_000 }, async () => {
      const { stdout } = await run(target, [
        '-c',
        'import errno, os\ntry: os.fork()\nexcept OSError as e: print(e.errno == errno.ENOSYS, e.strerror)',
      ]);
      assert.match(stdout, /^True .*subprocess.*posix_spawn.*multiprocessing/);
    });

    test('too many processes are an error, and the others live on', { timeout: 120_000 }, async () => {
      const { stdout, code } = await run(target, [join(kPrograms, 'spawn_bomb.py')]);
      assert.equal(stdout, 'refused: BlockingIOError\nalive\n');
      assert.equal(code, 0);
    });

    test('processes compute at the same time', { timeout: 120_000 }, async () => {
      assert.equal((await run(target, [join(kPrograms, 'at_once.py')])).stdout, 'at once\n');
    });
  });
}

describe('JavaScript from Python', () => {
  const program = join(kPrograms, 'js_promises.py');
  const expected = `42 [1, 'two', None, {'three': 3}] None
later
[0, 1, 2, 3, 4]
JsError True
JsError True
JsError True
42 [2, 4]
ValueError: in Python
out of time
300000
`;
  for (const target of kTargets)
    test(`promises are awaited and coroutines called on ${target}`, { timeout: 60_000 }, async () => {
      assert.equal((await run(target, [program])).stdout, expected);
    });

  test('a program on WASI is told where there is some', { timeout: 60_000 }, async () => {
    const { stderr } = await run('wasi', [
      '-c',
      'import asyncio; from taipan import js; asyncio.run(js.run("1"))',
    ]);
    assert.match(stderr, /no JavaScript around this program; run it on node or browser/);
  });
});

describe('programs of the machine', () => {
  test('are what they are natively', { timeout: 120_000 }, async () => {
    const program = join(kPrograms, 'machine_programs.py');
    const native = await run('native', [program]);
    const node = await run('node', [program]);
    assert.equal(node.stdout, native.stdout);
  });
});

describe('the shell of a page', () => {
  test('runs what shells run', { timeout: 120_000 }, async () => {
    const program = join(kPrograms, 'shell_commands.py');
    const native = await run('native', [program]);
    const page = await run('browser', [program]);
    assert.equal(page.stdout, native.stdout);
  });
});
