// SPDX-License-Identifier: Apache-2.0
// Each program of programs/ in each form that `taipan compile` gives it: the same as CPython on the machine. A program is
// a folder with app.py; case.json may say what it is run with.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

import { launchChromium } from '../e2e/chromium.ts';
import { runPage } from '../e2e/compiled_page.ts';
import { finish, run, taipan, temporaryFolder, type Outcome } from '../e2e/taipan.ts';

const kPrograms = join(import.meta.dirname, 'programs');
const kEngine = join(import.meta.dirname, '../e2e/wasi_engine.ts');
const kFlags = ['--disable-warning=ExperimentalWarning', '--stack-size=3900'];

interface Case {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
}

type Start = (file: string, cwd: string, settings: Case) => Promise<Outcome>;

interface Form {
  readonly name: string;
  readonly start: Start;
}

/** What is not run in a page, with the reason. */
const kNotInPages: Readonly<Record<string, string>> = {
  streams: 'says whether its output is buffered by lines, which it is at a terminal, as a page is one',
};

/** One of each for all programs. */
let browser: Browser;
let page: Page;

const inNode =
  (...words: readonly string[]): Start =>
  (file, cwd, { args = [], input = '', env = {} }) => {
    const environment = { PATH: process.env['PATH'], ...env };
    const child = spawn(process.execPath, [...words, file, ...args], {
      cwd,
      stdio: 'pipe',
      env: environment,
    });
    const outcome = finish(child);
    child.stdin.on('error', () => {}); // a program need not read its input
    child.stdin.end(input);
    return outcome;
  };

const inPage: Start = (file, cwd, settings) => runPage(page, pathToFileURL(join(cwd, file)).href, settings);

const kForms: readonly Form[] = [
  { name: 'wasm', start: inNode(...kFlags, kEngine) },
  { name: 'mjs', start: inNode('--stack-size=3900') },
  { name: 'html', start: inPage },
];

async function caseOf(folder: string): Promise<Case> {
  const text = await readFile(join(folder, 'case.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Case;
}

/** What of it a page shows: control characters are not to be seen. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what this is about
  return text.replace(/[\0-\x08\x0e-\x1f\x7f]/g, '');
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1);
}

before(async () => {
  assert.equal((await run('native', ['-c', 'pass'])).code, 0); // built before the clock runs
  browser = await launchChromium();
  page = await browser.newPage();
});

after(() => browser.close());

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
    const native = await run('native', ['app.py', ...args], { cwd, input, env });
    const outputs = kForms.map((form) => `out.${form.name}`).join(',');
    for (const form of kForms) {
      const folder = await copy();
      if (form === kForms[0]) {
        const made = await taipan(['compile', 'app.py', '-o', outputs, ...options], { cwd: folder });
        assert.equal(made.code, 0, made.stderr);
        for (const other of kForms)
          await cp(join(folder, `out.${other.name}`), join(cwd, `out.${other.name}`));
      } else {
        await cp(join(cwd, `out.${form.name}`), join(folder, `out.${form.name}`));
      }
      if (form.start === inPage && name in kNotInPages) continue;
      const ours = await form.start(`out.${form.name}`, folder, settings);
      const expected = form.start === inPage ? visible(native.stdout) : native.stdout;
      assert.equal(ours.stdout, expected, `${form.name}: ${ours.stderr}`);
      assert.equal(ours.code, native.code, form.name);
      assert.equal(lastLine(ours.stderr), lastLine(native.stderr), form.name);
    }
  });
}
