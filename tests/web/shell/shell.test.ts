// SPDX-License-Identifier: Apache-2.0
// The shell beside the machine's own: the same scripts in the same folder, the same output and exit code.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { runShell } from '../../../web/shell/run-shell.ts';
import { inNode } from './node-shell-host.ts';
import { kScripts } from './scripts.ts';

const kEnv = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
const kFiles: Readonly<Record<string, string>> = {
  'a.txt': 'apple\nbanana\nfig\nkiwi\n',
  'b.txt': 'beta\nalpha\n',
  words: 'The quick brown\nfox jumps\nover the\nThe end\n',
  nums: '10\n9\n2\n10\n1\n33\n2\n',
  table: 'x\t3\ny\t1\nz\t2\nw\t1\n',
  colons: 'root:x:0:/root\nme:y:10:/home/me\nyou:z:9:/home/you\n',
  uni: 'äöü\n日本\n',
  empty: '',
  'script.sh': 'echo "script $0 $*"\nexit 6\n',
  'lib.sh': 'lib=loaded\ngreet() { echo "hello $1"; }\n',
  '.hidden': 'h\n',
  'sub/one.txt': 'one\nkiwi\n',
  'sub/deep/two.txt': 'two\n',
};

/** A folder that is the same each time, and always under the same name. */
function freshFolder(place: string): string {
  const folder = path.join(place, 'work');
  fs.rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(kFiles)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return folder;
}

/** Messages of tools are worded in their own way; those of the shell are not. */
function shellLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('sh: '))
    .join('\n');
}

const kHasPython = spawnSync('python3', ['--version']).status === 0;

for (const [subject, scripts] of Object.entries(kScripts)) {
  describe(subject, () => {
    for (const script of scripts) {
      test(script, { skip: script.includes('python3') && !kHasPython }, async (context) => {
        const place = fs.mkdtempSync(path.join(os.tmpdir(), 'shell-'));
        context.after(() => {
          fs.rmSync(place, { recursive: true });
        });
        const cwd = freshFolder(place);
        const args = ['-c', script];
        const { stdout, stderr, status } = spawnSync('/bin/sh', args, {
          argv0: 'sh',
          cwd,
          env: kEnv,
          input: 'in\n',
          encoding: 'latin1',
        });
        freshFolder(place);
        const ours = await inNode(cwd, 'in\n', (host) => runShell({ args, env: kEnv, cwd }, host));
        assert.equal(ours.output, stdout, ours.error);
        assert.equal(ours.status, status, ours.error);
        assert.equal(shellLines(ours.error), shellLines(stderr));
        assert.equal(ours.left, 0, 'descriptors are left open');
      });
    }
  });
}
