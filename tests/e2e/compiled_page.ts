// SPDX-License-Identifier: Apache-2.0
// A compiled program in a page: what it shows, and a reader who types its input.

import type { Page } from 'playwright-core';
import type { Outcome } from './taipan.ts';

const kTimeout = 60_000;

export interface PageRun {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Typed line by line, each when the program asks; then comes the end. */
  readonly input?: string;
}

export function addressOf(url: string, { args = [], env = {} }: PageRun): string {
  const address = new URL(url);
  for (const one of args) address.searchParams.append('arg', one);
  for (const [name, value] of Object.entries(env)) address.searchParams.append('env', `${name}=${value}`);
  return address.href;
}

/** Waits until the page is in one of these states, and says in which. */
export async function waitForState(page: Page, ...states: readonly string[]): Promise<string> {
  const selector = states.map((state) => `html[data-state=${state}]`).join(', ');
  const root = await page.waitForSelector(selector, {
    state: 'attached',
    timeout: kTimeout,
  });
  return (await root.getAttribute('data-state')) ?? '';
}

/** What came from there: stdout, stderr, prompt or typed. */
export function textFrom(page: Page, source: string): Promise<string> {
  return page.evaluate(
    (wanted) =>
      [...document.querySelectorAll(`main [data-source=${wanted}]`)].map((one) => one.textContent).join(''),
    source,
  );
}

async function type(page: Page, input: string): Promise<void> {
  const lines = input.split(/(?<=\n)/);
  while ((await waitForState(page, 'reading', 'ended')) === 'reading') {
    const field = page.locator('#entry input');
    const line = lines.shift() ?? '';
    await field.fill(line.replace(/\n$/, ''));
    await field.press(line.endsWith('\n') ? 'Enter' : 'Control+d');
  }
}

/** Opens the page and stays to the end of the program. */
export async function runPage(page: Page, url: string, run: PageRun = {}): Promise<Outcome> {
  await page.goto(addressOf(url, run));
  await type(page, run.input ?? '');
  const code = await page.locator('html').getAttribute('data-exit-code');
  const [stdout, stderr] = [await textFrom(page, 'stdout'), await textFrom(page, 'stderr')];
  return { code: Number(code), signal: null, stdout, stderr };
}
