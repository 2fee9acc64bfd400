// SPDX-License-Identifier: Apache-2.0
// Paths of programs, below a folder that is not the root: whatever they are, they stay below it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFiles, MemoryFolder, type MemoryNode } from '../../../web/wasi/memory-files.ts';
import { Refusal } from '../../../web/wasi/refusal.ts';
import { fuzzText, type Corpus } from '../mutations.ts';

const kPaths: Corpus = {
  seeds: [
    'inner/file',
    'inner/../inner/./file',
    'up/file',
    'away',
    'inner//loop/x',
    '../base/inner',
    'new/name',
  ],
  words: ['..', '/', '.', 'inner', 'up', 'away', 'out', 'loop', '../..', '/base', ''],
};

function below(folder: MemoryFolder): MemoryNode[] {
  return [...folder.entries.values()].flatMap((node) =>
    node instanceof MemoryFolder ? [node, ...below(node)] : [node],
  );
}

function world(): { files: MemoryFiles; base: MemoryFolder } {
  const files = new MemoryFiles(() => 0n);
  const { root } = files;
  const how = { lastLink: 'keep', isExclusive: false, truncates: false, wantsFolder: false } as const;
  const base = files.makeFolder(root, 'base');
  files.makeFolder(root, 'base/inner');
  files.open(root, 'base/inner/file', { ...how, creates: true });
  files.open(root, 'secret', { ...how, creates: true });
  for (const [name, target] of [
    ['up', '.'],
    ['out', '..'],
    ['away', '/secret'],
    ['inner/loop', '../inner/loop'],
    ['inner/out', '../../secret'],
  ] as const)
    files.symlink(target, root, `base/${name}`);
  return { files, base };
}

/** What a program may do with a path, and is refused in an orderly way. */
function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    assert(error instanceof Refusal, String(error));
    return undefined;
  }
}

test('nothing that is found is outside', () => {
  const { files, base } = world();
  const inside: unknown[] = [base, ...below(base)];
  fuzzText(kPaths, 5000, (path) => {
    for (const lastLink of ['follow', 'keep'] as const) {
      const node = attempt(() => files.find(base, path, lastLink));
      assert(node === undefined || inside.includes(node), path);
    }
  });
});

test('nothing outside is changed', () => {
  fuzzText(kPaths, 2000, (path) => {
    const { files, base } = world();
    attempt(() => files.unlink(base, path));
    attempt(() => files.rename(base, 'inner', base, path));
    attempt(() => files.makeFolder(base, path));
    attempt(() => files.link(base, 'inner/file', 'keep', base, path));
    attempt(() => files.removeFolder(base, path));
    assert.deepEqual([...files.root.entries.keys()], ['base', 'secret']);
    for (const folder of below(base)) if (folder instanceof MemoryFolder) assert(base.holds(folder));
  });
});
