// SPDX-License-Identifier: Apache-2.0
// Each program of programs/ in each form that `taipan compile` gives it: the same as CPython on the machine. A program is
// a folder with app.py; case.json may say what it is run with. One with its sources inside has whole tracebacks.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { finish, run, taipan, temporaryFolder, type Outcome } from '../e2e/taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');
const kEngine = join(import.meta.dirname, '../e2e/wasi_engine.ts');
const kFlags = ['--disable-warning=ExperimentalWarning', '--stack-size=3900'];

interface Case {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  /** What is compiled, if not app.py. */
  readonly program?: readonly string[];
  /** How CPython runs the same. */
  readonly native?: readonly string[];
}

interface Form {
  readonly name: string;
  readonly command: (file: string) => readonly string[];
}

const kForms: readonly Form[] = [
  { name: 'wasm', command: (file) => [...kFlags, kEngine, file] },
  { name: 'mjs', command: (file) => ['--stack-size=3900', file] },
];

async function caseOf(folder: string): Promise<Case> {
  const text = await readFile(join(folder, 'case.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Case;
}

function start(form: Form, cwd: string, { args = [], input = '', env = {} }: Case): Promise<Outcome> {
  const words = [...form.command(`out.${form.name}`), ...args];
  const environment = { PATH: process.env['PATH'], ...env };
  const child = spawn(process.execPath, words, { cwd, stdio: 'pipe', env: environment });
  const outcome = finish(child);
  child.stdin.on('error', () => {}); // a program need not read its input
  child.stdin.end(input);
  return outcome;
}

/** What both have to say on standard error: all of it if sources are there, with the folder that the program sees. */
function comparable(text: string, cwd: string, { options = [] }: Case): string | undefined {
  if (options.includes('--keep-sources'))
    return text.replaceAll(cwd, '/app').replaceAll(/"[^"\n]*(?=\/lib\/python3\.13\/)/g, '"');
  return text.trim().split('\n').at(-1);
}

before(async () => {
  assert.equal((await run('native', ['-c', 'pass'])).code, 0); // built before the clock runs
});

for (const name of (await readdir(kPrograms)).sort()) {
  const source = join(kPrograms, name);
  const settings = await caseOf(source);
  test(name, { timeout: 240_000 }, async (context) => {
    // What a program writes, the next would find.
    const copy = async () => {
      const folder = await temporaryFolder(context);
      await cp(source, folder, { recursive: true });
      return folder;
    };
    const cwd = await copy();
    const { args = [], input = '', env = {}, options = [] } = settings;
    const { program = ['app.py'], native: words = program } = settings;
    const native = await run('native', [...words, ...args], { cwd, input, env });
    const outputs = kForms.map((form) => `out.${form.name}`).join(',');
    for (const form of kForms) {
      const folder = await copy();
      if (form === kForms[0]) {
        const made = await taipan(['compile', ...program, '-o', outputs, ...options], { cwd: folder });
        assert.equal(made.code, 0, made.stderr);
        for (const other of kForms)
          await cp(join(folder, `out.${other.name}`), join(cwd, `out.${other.name}`));
      } else {
        await cp(join(cwd, `out.${form.name}`), join(folder, `out.${form.name}`));
      }
      const ours = await start(form, folder, settings);
      assert.equal(ours.stdout, native.stdout, `${form.name}: ${ours.stderr}`);
      assert.equal(ours.code, native.code, form.name);
      assert.equal(
        comparable(ours.stderr, folder, settings),
        comparable(native.stderr, cwd, settings),
        form.name,
      );
    }
  });
}
