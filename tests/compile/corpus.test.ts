// SPDX-License-Identifier: Apache-2.0
// Each program of programs/ in each form that `taipan compile` gives it: the same as CPython on the machine. A program is
// a folder with app.py; case.json may say what it is run with. One with its sources inside has whole tracebacks.

import assert from 'node:assert/strict';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';

import { launchChromium } from '../e2e/chromium.ts';
import { run, taipan, temporaryFolder } from '../e2e/taipan.ts';
import { formsWith, kRefused, type Form, type Settings } from './forms.ts';

const kPrograms = join(import.meta.dirname, 'programs');

interface Case extends Settings {
  readonly options?: readonly string[];
  /** What is compiled, if not app.py. */
  readonly program?: readonly string[];
  /** How CPython runs the same. */
  readonly native?: readonly string[];
  /** Forms that cannot do it, and why. */
  readonly without?: Readonly<Record<string, string>>;
}

async function caseOf(folder: string): Promise<Case> {
  const text = await readFile(join(folder, 'case.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Case;
}

/** What both have to say on standard error: all of it if sources are there, with the folder that the program sees. */
function comparable(text: string, cwd: string, { options = [] }: Case): string | undefined {
  if (options.includes('--keep-sources'))
    return text.replaceAll(cwd, '/app').replaceAll(/"[^"\n]*(?=\/lib\/python3\.13\/)/g, '"');
  return text.trim().split('\n').at(-1);
}

async function check(
  context: TestContext,
  name: string,
  settings: Case,
  forms: readonly Form[],
): Promise<void> {
  // What a program writes, the next would find.
  const copy = async () => {
    const folder = await temporaryFolder(context);
    await cp(join(kPrograms, name), folder, { recursive: true });
    return folder;
  };
  const cwd = await copy();
  const { args = [], input = '', env = {}, options = [], without = {} } = settings;
  const { program = ['app.py'], native: words = program } = settings;
  const native = await run('native', [...words, ...args], { cwd, input, env });
  const files = [...new Set(forms.map((form) => form.file))];
  const workshop = await copy();
  const made = await taipan(['compile', ...program, '-o', files.join(','), ...options], { cwd: workshop });
  assert.equal(made.code, 0, made.stderr);
  for (const form of forms.filter((one) => !(one.name in without))) {
    const folder = await copy();
    await cp(join(workshop, form.file), join(folder, form.file));
    const ours = await form.start(form.file, folder, settings);
    const visible = form.visible ?? ((text: string) => text);
    assert.equal(ours.stdout, visible(native.stdout), `${form.name}: ${ours.stderr}`);
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
}

const names = (await readdir(kPrograms)).sort();
const cases = await Promise.all(
  names.map(async (name) => [name, await caseOf(join(kPrograms, name))] as const),
);

describe('compiled programs', () => {
  let browser: Browser;
  let page: Page;
  const forms = formsWith(() => page);

  before(async () => {
    assert.equal((await run('native', ['-c', 'pass'])).code, 0); // built before the clock runs
    browser = await launchChromium();
    page = await browser.newPage();
  });

  after(() => browser.close());

  for (const [name, settings] of cases)
    test(name, { timeout: 240_000 }, (context) => check(context, name, settings, forms));
});
