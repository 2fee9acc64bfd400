// SPDX-License-Identifier: Apache-2.0
// Each program of programs/ in each form that `taipan compile` gives it: the same as CPython on the machine. A program is
// a folder with app.py; case.json may say what it is run with. One with its sources inside has whole tracebacks.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { kNodeWasi, kWasmtime } from '../e2e/engines.ts';
import { finish, run, taipan, temporaryFolder, type Outcome } from '../e2e/taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');

interface Case {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  /** What is compiled, if not app.py. */
  readonly program?: readonly string[];
  /** How CPython runs the same. */
  readonly native?: readonly string[];
  /** Forms that cannot do it, and why. */
  readonly without?: Readonly<Record<string, string>>;
}

interface Form {
  readonly name: string;
  /** The file that `taipan compile` makes for it. */
  readonly file: string;
  readonly command: readonly string[];
  /** The highest exit code that the engine lets through; it ends with kRefused for the others. */
  readonly highestCode?: number;
}

const kRefused = 1;

const kForms: readonly Form[] = [
  { name: 'wasm on Node', file: 'out.wasm', command: kNodeWasi },
  { name: 'wasm on Wasmtime', file: 'out.wasm', command: kWasmtime, highestCode: 125 },
  { name: 'mjs', file: 'out.mjs', command: [process.execPath] },
];

async function caseOf(folder: string): Promise<Case> {
  const text = await readFile(join(folder, 'case.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Case;
}

function start(form: Form, cwd: string, { args = [], input = '', env = {} }: Case): Promise<Outcome> {
  const [engine = '', ...words] = form.command;
  const environment = { PATH: process.env['PATH'], ...env };
  const child = spawn(engine, [...words, form.file, ...args], { cwd, stdio: 'pipe', env: environment });
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
    const { args = [], input = '', env = {}, options = [], without = {} } = settings;
    const { program = ['app.py'], native: words = program } = settings;
    const native = await run('native', [...words, ...args], { cwd, input, env });
    const files = [...new Set(kForms.map((form) => form.file))];
    const workshop = await copy();
    const made = await taipan(['compile', ...program, '-o', files.join(','), ...options], { cwd: workshop });
    assert.equal(made.code, 0, made.stderr);
    for (const form of kForms.filter(({ name }) => !(name in without))) {
      const folder = await copy();
      await cp(join(workshop, form.file), join(folder, form.file));
      const ours = await start(form, folder, settings);
      assert.equal(ours.stdout, native.stdout, `${form.name}: ${ours.stderr}`);
      if ((native.code ?? 0) > (form.highestCode ?? 255)) {
        assert.equal(ours.code, kRefused, form.name);
        continue;
      }
      assert.equal(ours.code, native.code, form.name);
      assert.equal(
        comparable(ours.stderr, folder, settings),
        comparable(native.stderr, cwd, settings),
        form.name,
      );
    }
  });
}
