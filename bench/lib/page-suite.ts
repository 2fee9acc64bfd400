// SPDX-License-Identifier: Apache-2.0
// How soon programs in pages say something: from the navigation to their first line, in Chromium, from a static host on
// this machine, each time with nothing in the browser's cache.

import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const kTests = join(import.meta.dirname, '../../tests/e2e');
const kPyodide = join(import.meta.dirname, '../node_modules/pyodide');

const kTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Runs in the page: notes when the first text of standard output is there. */
const kStopwatch = `new MutationObserver((_, watcher) => {
  if (document.querySelector('[data-source=stdout]') === null) return;
  watcher.disconnect();
  document.documentElement.dataset.firstLine = String(performance.now());
}).observe(document, { childList: true, subtree: true });`;

/** The same program as others run it; the text is marked as in our pages. */
const kPyodidePage = `<!doctype html><title>Pyodide</title><body><script type="module">
import { loadPyodide } from './pyodide/pyodide.mjs';
const stdout = (text) => {
  const line = document.createElement('p');
  line.dataset.source = 'stdout';
  line.append(text);
  document.body.append(line);
};
const python = await loadPyodide({ stdout });
python.runPython(await (await fetch('hello.py')).text());
</script>`;

export interface PageTimes {
  readonly name: string;
  /** Milliseconds. */
  readonly firstLine: number[];
}

/** Serves a folder, and Pyodide with its page. */
function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const name = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const file = name.startsWith('/pyodide/') ? join(kPyodide, name.slice(9)) : join(folder, name);
    const content =
      name === '/pyodide.html' ? kPyodidePage : existsSync(file) ? readFileSync(file) : undefined;
    const type = kTypes[extname(name)] ?? 'application/octet-stream';
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type });
    response.end(content);
  });
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server)));
}

/** Each page of the folder as often as it takes, in turns; null where the browser's driver is not installed. */
export async function measurePages(
  folder: string,
  pages: readonly { name: string; path: string }[],
  rounds: number,
): Promise<readonly PageTimes[] | null> {
  if (!existsSync(join(kTests, 'node_modules/playwright-core'))) return null;
  const { launchChromium } = await import('../../tests/e2e/chromium.ts');
  const peer = existsSync(kPyodide) ? [{ name: 'Pyodide, hello', path: 'pyodide.html' }] : [];
  const all = [...pages, ...peer].map(({ name, path }) => ({ name, path, firstLine: [] as number[] }));
  const server = await serve(folder);
  const browser = await launchChromium();
  try {
    for (let round = 0; round < rounds; ++round) {
      for (const { path, firstLine } of round % 2 === 0 ? all : all.toReversed()) {
        const page = await (await browser.newContext()).newPage();
        await page.addInitScript(kStopwatch);
        await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${path}`);
        const root = await page.waitForSelector('html[data-first-line]', { state: 'attached' });
        firstLine.push(Number(await root.getAttribute('data-first-line')));
        await page.context().close();
      }
      process.stderr.write(`pages, round ${String(round + 1)}/${String(rounds)}\n`);
    }
  } finally {
    await browser.close();
    server.close();
  }
  return all;
}
