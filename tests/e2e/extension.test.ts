// SPDX-License-Identifier: Apache-2.0
// An extension module built by the provisioned toolchain is loaded from its file with `import`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { repository, run } from './taipan.ts';

const cache =
  process.env['TAIPAN_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'taipan');

/** The newest output of a step. */
async function outputOf(step: string): Promise<string> {
  const steps = join(cache, 'steps');
  const names = (await readdir(steps)).filter((name) => name.replace(/-[0-9a-f]{16}$/, '') === step);
  const dated = await Promise.all(
    names.map(async (name) => ({
      path: join(steps, name),
      time: (await stat(join(steps, name))).mtimeMs,
    })),
  );
  const newest = dated.sort((a, b) => b.time - a.time)[0];
  assert(newest, `no output of the step ${step}`);
  return newest.path;
}

async function buildExtension(folder: string): Promise<void> {
  const emscripten = await outputOf('emscripten');
  const headers = join(await outputOf('cpython-emscripten'), 'include/python3.13');
  const python = join(await outputOf('cpython-native'), 'bin/python3.13');
  const flags = ['-O1', '-fPIC', '-fwasm-exceptions', '-sSIDE_MODULE=1', '-sWASM_BIGINT', `-I${headers}`];
  const output = join(folder, 'small.cpython-313-wasm32-emscripten.so');
  await promisify(execFile)(
    join(emscripten, 'emscripten/emcc'),
    [...flags, join(repository, 'tests/e2e/programs/small.c'), '-o', output],
    {
      env: {
        ...process.env,
        EM_CONFIG: join(emscripten, 'config.py'),
        EMSDK_PYTHON: python,
      },
    },
  );
}

describe('an extension module in a file', () => {
  let cwd: string;
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'taipan-extension-'));
    await buildExtension(cwd);
  });
  after(() => rm(cwd, { recursive: true, force: true }));

  for (const target of ['node', 'browser'] as const) {
    test(`is imported on ${target}, functions with too few parameters and all`, async () => {
      const code = 'import small; print(small.answer(), small.twice("ab"), small.Thing().size)';
      const { stdout, stderr } = await run(target, ['-c', code], { cwd });
      assert.equal(stdout, '42 abab 7\n', stderr);
    });
  }
});
