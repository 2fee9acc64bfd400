// SPDX-License-Identifier: Apache-2.0
// Scripts made at random, in this shell and in the machine's: the same output, the same exit code.
//   TAIPAN_FUZZ_ROUNDS=N   N times as many
//   TAIPAN_FUZZ_ONLY=N     the script of that number and no other

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Random } from '../mutations.ts';
import { inMemory } from './memory-shell-host.ts';
import { RandomScript } from './random-script.ts';

const kRounds = 120;
const kEnv = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' };

test('random scripts do what they do in /bin/sh', async () => {
  const only = process.env['TAIPAN_FUZZ_ONLY'];
  const first = Number(only ?? 0);
  const end = only === undefined ? kRounds * Number(process.env['TAIPAN_FUZZ_ROUNDS'] ?? 1) : first + 1;
  for (let number = first; number < end; ++number) {
    const script = new RandomScript(new Random(number)).script();
    const args = ['-c', script, 'sh', 'one', 'two words'];
    const theirs = spawnSync('/bin/sh', args, { cwd: '/', env: kEnv, encoding: 'latin1' });
    const ours = await inMemory(script, { patience: 5000 }, 'one', 'two words');
    const again = `again with TAIPAN_FUZZ_ONLY=${number}:\n${script}\n${ours.error}`;
    assert.equal(ours.output, theirs.stdout, again);
    assert.equal(ours.status, theirs.status, again);
  }
});
