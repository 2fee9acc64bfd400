// SPDX-License-Identifier: Apache-2.0
// What bad input gets: one line that says what to do, and the right exit code.

import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { type RunOptions, taipan, temporaryFolder } from './taipan.ts';

async function expectLine(
  args: readonly string[],
  code: number,
  line: RegExp,
  options: RunOptions = {},
): Promise<void> {
  const outcome = await taipan(args, options);
  assert.match(outcome.stderr, line);
  assert.equal(outcome.stderr.trimEnd().split('\n').length, 1, outcome.stderr);
  assert.deepEqual([outcome.code, outcome.stdout], [code, '']);
}

test('a script that is not there', () =>
  expectLine(['run', 'nowhere.py'], 2, /^taipan: cannot open nowhere\.py: no such file/));

test('a folder without __main__.py', async (context) => {
  const folder = await temporaryFolder(context);
  await expectLine(['run', folder], 2, /it has no __main__\.py/);
});

test('an unknown target names the nearest', () =>
  expectLine(['run', '--target', 'nodee', '-c', '1'], 2, /nodee.*node/));
test('an unknown verb names the nearest', () => expectLine(['serv'], 2, /serv.*serve/));
test('an unknown option names the nearest', () =>
  expectLine(['run', '--taget', 'node', '-c', '1'], 2, /--taget.*--target/));
test('-c without code', () => expectLine(['run', '-c'], 2, /-c needs the code after it/));

test('a Node that is too old', async (context) => {
  const folder = await temporaryFolder(context);
  const old = join(folder, 'node');
  await writeFile(old, '#!/bin/sh\necho v18.0.0\n');
  await chmod(old, 0o755);
  await expectLine(['run', '-c', '1'], 1, /v?18.*25/, {
    env: { TAIPAN_NODE: old },
  });
});

test('a cache that is a file', async (context) => {
  const folder = await temporaryFolder(context);
  const cache = join(folder, 'cache');
  await writeFile(cache, '');
  await expectLine(['run', '-c', '1'], 1, /cache/, {
    env: { TAIPAN_CACHE: cache },
  });
});

test('no Chromium', async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'bin'));
  await expectLine(['run', '--target', 'browser', '-c', '1'], 1, /hromium/, {
    env: { TAIPAN_CHROMIUM: join(folder, 'bin/chromium') },
  });
});
