// SPDX-License-Identifier: Apache-2.0
// What starts from a snapshot is the same program in a new process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { finish, taipan, temporaryFolder, type Outcome } from '../e2e/taipan.ts';

const kEngine = join(import.meta.dirname, '../e2e/wasi_engine.ts');

type Files = Readonly<Record<string, string>>;

async function compile(context: TestContext, files: Files, options: readonly string[] = []) {
  const cwd = await temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  return {
    cwd,
    made: await taipan(['compile', 'app.py', ...options], { cwd }),
  };
}

async function start(cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', kEngine, 'app.wasm'], {
    cwd,
    stdio: 'pipe',
    env,
  });
  child.stdin.end();
  const outcome = await finish(child);
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome;
}

const kSecrets = `
import os, random, secrets, uuid
print(hash("text"), hash(b"bytes"), hash(("a", 1)), {"a", "b", "c", "d", "e"} and list({f"k{i}" for i in range(9)}))
print(random.random(), random.SystemRandom().random())
print(uuid.uuid4(), secrets.token_hex(), os.urandom(8))
`;

test('two starts have different secrets, and only these differ', { timeout: 120_000 }, async (context) => {
  const { cwd, made } = await compile(context, {
    'app.py': `${kSecrets}import sys, json\nprint(sys.flags.hash_randomization, json.dumps({"a": 1}), len(sys.modules))\n`,
  });
  assert.equal(made.code, 0, made.stderr);
  const first = (await start(cwd)).stdout.split('\n');
  const second = (await start(cwd)).stdout.split('\n');
  for (const line of [0, 1, 2]) assert.notEqual(first[line], second[line]);
  assert.equal(first[3], second[3]);
});

test('PYTHONHASHSEED pins hashes, as it does without a snapshot', { timeout: 120_000 }, async (context) => {
  const files = {
    'app.py': 'print(hash("text"), hash(b"x"), hash(("a", "b")), list({"a", "b", "c", "d"}))\n',
  };
  const { cwd } = await compile(context, files);
  const { cwd: plain } = await compile(context, files, ['--no-snapshot']);
  for (const seed of ['0', '1', '4294967295']) {
    const pinned = await start(cwd, { PYTHONHASHSEED: seed });
    assert.equal(pinned.stdout, (await start(plain, { PYTHONHASHSEED: seed })).stdout);
  }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', kEngine, 'app.wasm'], {
    cwd,
    env: { PYTHONHASHSEED: 'many' },
    stdio: 'pipe',
  });
  assert.match((await finish(child)).stderr, /PYTHONHASHSEED must be "random" or an integer/);
});

test(
  'modules whose import touches the world are imported at each start',
  { timeout: 120_000 },
  async (context) => {
    const { cwd, made } = await compile(
      context,
      {
        'app.py':
          'import pure\nimport wants\nimport clock\nprint(pure.MADE, clock.NOW > 1.7e18, wants.NOW == clock.NOW)\n',
        'pure.py': 'import re\nMADE = re.compile("a+").pattern\n',
        'clock.py': 'import time\nNOW = time.time_ns()\n',
        'wants.py': 'from clock import NOW\n',
      },
      ['--report'],
    );
    assert.match(made.stdout, /^clock is imported at each start: its import asks for the time$/m);
    assert.match(made.stdout, /^wants is imported at each start: its import imports clock$/m);
    assert.doesNotMatch(made.stdout, /^pure is imported at each start/m);
    assert.equal((await start(cwd)).stdout, 'a+ True True\n');
  },
);

const kHooks = `
from taipan import snapshot
state = {"before": 0, "after": 0}
@snapshot.before
def before(): state["before"] += 1
@snapshot.after
def after(): state["after"] += 1
`;

test('modules can say what is to be made anew', { timeout: 120_000 }, async (context) => {
  const files = {
    'app.py': 'import hooks\nprint(hooks.state)\n',
    'hooks.py': kHooks,
  };
  const { cwd } = await compile(context, files);
  assert.equal((await start(cwd)).stdout, "{'before': 1, 'after': 1}\n");
  const { cwd: plain } = await compile(context, files, ['--no-snapshot']);
  assert.equal((await start(plain)).stdout, "{'before': 0, 'after': 0}\n");
});

test('a module can refuse to be part of a snapshot', { timeout: 120_000 }, async (context) => {
  const { made } = await compile(context, {
    'app.py': 'import hooks\n',
    'hooks.py':
      'from taipan import snapshot\n@snapshot.before\ndef refuse():\n    raise RuntimeError("a line is open")\n',
  });
  assert.equal(made.code, 1);
  assert.match(
    made.stderr,
    /taipan: cannot take a snapshot of the program: RuntimeError: a line is open; .*--no-snapshot\n$/,
  );
});
