// SPDX-License-Identifier: Apache-2.0
// Compiled programs in a browser: one page from a file, and the folder for static hosts; what a reader sees and does.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';

import { launchChromium } from './chromium.ts';
import { addressOf, runPage, textFrom, waitForState } from './compiled_page.ts';
import { run, taipan } from './taipan.ts';

const kTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

const kProgram = join(import.meta.dirname, 'programs/in_a_page.py');

let browser: Browser;
let cwd: string;
let address: string;
let folder: string;

before(async () => {
  assert.equal((await run('native', ['-c', 'pass'])).code, 0); // built before the clock runs
  browser = await launchChromium();
  cwd = await mkdtemp(join(tmpdir(), 'taipan-e2e-'));
  const { code, stderr } = await taipan(['compile', kProgram, '-o', 'app.html,site/'], { cwd });
  assert.equal(code, 0, stderr);
  address = pathToFileURL(join(cwd, 'app.html')).href;
  folder = join(cwd, 'site');
});

after(async () => {
  await browser.close();
  await rm(cwd, { recursive: true });
});

async function newPage(context: TestContext): Promise<Page> {
  const page = await browser.newPage();
  context.after(() => page.close());
  return page;
}

async function openPage(context: TestContext, what: string): Promise<Page> {
  const page = await newPage(context);
  await page.goto(addressOf(address, { args: [what] }));
  return page;
}

async function waitForText(page: Page, text: string): Promise<void> {
  await page.waitForFunction((one) => document.querySelector('main')?.innerText.includes(one), text);
}

/** A static host of the folder, which knows these types. */
async function serve(
  context: TestContext,
  types: Readonly<Record<string, string>>,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = new URL(request.url ?? '/', 'http://host').pathname.replace(/\/$/, '/index.html');
    asked.push(name);
    const content = await readFile(join(folder, name)).catch(() => null);
    response.writeHead(content === null ? 404 : 200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
    });
    response.end(content);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

test('a page needs nothing but itself, and takes arguments and environment from its address', async (context) => {
  const page = await newPage(context);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().split(':')[0] ?? ''));
  const args = ['arguments', 'one', 'two words', '&=ä€', ''];
  const { code, stdout } = await runPage(page, address, { args, env: { MODE: 'a=b' } });
  assert.equal(stdout, `${args.slice(1).join('|')}\na=b /\n`);
  assert.equal(code, 3);
  assert.equal(await page.title(), 'in_a_page');
  assert.equal(await page.locator('#note').innerText(), 'exit code 3');
  assert.deepEqual(asked, ['file', 'blob']);
});

test('a page and a folder are the same bytes every time', async () => {
  const { code, stderr } = await taipan(['compile', kProgram, '-o', 'again.html,again/'], { cwd });
  assert.equal(code, 0, stderr);
  assert.ok((await readFile(join(cwd, 'app.html'))).equals(await readFile(join(cwd, 'again.html'))));
  const names = await readdir(folder);
  assert.deepEqual(await readdir(join(cwd, 'again')), names);
  for (const name of names)
    assert.ok((await readFile(join(folder, name))).equals(await readFile(join(cwd, 'again', name))), name);
});

test('a folder holds each file packed as well', async () => {
  const names = await readdir(folder);
  const plain = names.filter((name) => !/\.(gz|br)$/.test(name));
  assert.deepEqual(plain.map((name) => name.replace(/\.[0-9a-f]{16}\./, '.HASH.')).sort(), [
    'index.html',
    'page.HASH.css',
    'page.HASH.js',
    'program.HASH.wasm',
    'worker.HASH.js',
  ]);
  assert.equal(names.length, 3 * plain.length);
  for (const name of plain) {
    const content = await readFile(join(folder, name));
    assert.ok(gunzipSync(await readFile(join(folder, `${name}.gz`))).equals(content), name);
    assert.ok(brotliDecompressSync(await readFile(join(folder, `${name}.br`))).equals(content), name);
  }
});

for (const [what, types] of [
  ['that knows WebAssembly', kTypes],
  ['that does not', { ...kTypes, '.wasm': 'text/plain', '.js': 'text/plain' }],
] as const)
  test(`a folder runs from a host ${what}`, async (context) => {
    const { url, asked } = await serve(context, types);
    const { code, stdout } = await runPage(await newPage(context), url, { args: ['naps'] });
    assert.equal(stdout, 'True\n');
    assert.equal(code, 0);
    assert.equal(asked.length, 5);
    assert.equal(new Set(asked).size, 5);
  });

test('a folder says that it has to be served', async (context) => {
  const page = await newPage(context);
  const { code } = await runPage(page, pathToFileURL(join(folder, 'index.html')).href);
  assert.equal(code, 70);
  assert.match(await page.locator('#note').innerText(), /has to come from a web server/);
});

test('a folder that lost its program says so', async (context) => {
  const { url } = await serve(context, kTypes);
  const page = await newPage(context);
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 404 }));
  const { code } = await runPage(page, url);
  assert.equal(code, 70);
  assert.match(await page.locator('#note').innerText(), /^cannot run the program: program\.\w+\.wasm .*404/);
});

test('a folder of others is left alone', async () => {
  await mkdir(join(cwd, 'photos'));
  await writeFile(join(cwd, 'photos/index.html'), '<h1>Photos</h1>');
  const words = ['compile', kProgram, '--target', 'browser', '-o', 'photos'];
  const { code, stderr } = await taipan(words, { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^taipan: cannot write photos: it holds what taipan did not make; .*\n$/);
  assert.deepEqual(await readdir(join(cwd, 'photos')), ['index.html']);
});

test('a program asks, and is answered on its line', async (context) => {
  const page = await openPage(context, 'asks');
  await waitForState(page, 'reading');
  const field = page.locator('#entry input');
  assert.ok(await field.evaluate((one) => one === document.activeElement));
  await page.keyboard.type('Ada\n');
  await waitForText(page, 'who? Ada\nhello Ada');
  await waitForState(page, 'reading');
  await page.keyboard.type('b\n');
  await waitForState(page, 'reading');
  await page.keyboard.type('a');
  while ((await waitForState(page, 'reading', 'ended')) === 'reading') await page.keyboard.press('Control+d');
  assert.equal(await textFrom(page, 'prompt'), 'who? ');
  assert.equal(await textFrom(page, 'stdout'), "hello Ada\n['a', 'b\\n']\n");
  assert.equal(await field.isVisible(), false);
});

test('lines that are pasted are given one for each question', async (context) => {
  const page = await openPage(context, 'asks_often');
  await waitForState(page, 'reading');
  await page.locator('#entry input').evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'one\ntwo\nthr');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#entry input')?.value === 'thr');
  await page.keyboard.type('ee\n');
  await waitForState(page, 'ended');
  assert.equal(await textFrom(page, 'stdout'), "['one', 'two', 'three']\n");
});

test('Ctrl-C ends a program that computes, and one that asks', async (context) => {
  for (const what of ['computes', 'waits']) {
    const page = await openPage(context, what);
    await waitForText(page, 'on');
    await page.keyboard.press('Control+c');
    assert.equal(await page.locator('html').getAttribute('data-exit-code'), '130');
    assert.equal(await page.locator('#note').innerText(), 'stopped');
  }
});

test('the button does the same', async (context) => {
  const page = await openPage(context, 'computes');
  await page.getByRole('button', { name: 'Stop' }).click();
  assert.equal(await page.locator('html').getAttribute('data-exit-code'), '130');
  assert.equal(await page.getByRole('button', { name: 'Stop' }).isVisible(), false);
});

test('a program that sleeps or prints for ever leaves the page alone', async (context) => {
  for (const what of ['sleeps', 'floods']) {
    const page = await openPage(context, what);
    await waitForText(page, 'on');
    const start = performance.now();
    for (let turn = 0; turn < 5; ++turn) await page.evaluate(() => document.title);
    assert.ok(performance.now() - start < 5000);
    await page.keyboard.press('Control+c');
    assert.equal(await page.locator('html').getAttribute('data-state'), 'ended');
  }
});

test('sleeping takes its time', async (context) => {
  const page = await openPage(context, 'naps');
  await waitForState(page, 'ended');
  assert.equal(await textFrom(page, 'stdout'), 'True\n');
});

test('colours, lines drawn over and errors are seen as in a terminal', async (context) => {
  const page = await openPage(context, 'draws');
  await waitForState(page, 'ended');
  assert.equal(await page.locator('#lines').innerText(), 'red\n100%\nbad\n');
  assert.equal(await textFrom(page, 'stderr'), 'bad\n');
  const colours = await page.evaluate(() =>
    [...document.querySelectorAll('#lines span')].map((one) => getComputedStyle(one).color),
  );
  assert.equal(new Set(colours).size, 2);
  assert.equal(await page.locator('.bold').innerText(), 'red');
});

test('files live as long as the program', async (context) => {
  const page = await openPage(context, 'keeps_files');
  for (let turn = 0; turn < 2; ++turn) {
    await waitForState(page, 'ended');
    assert.equal(await textFrom(page, 'stdout'), "/ 1 ['notes.txt', 'tmp']\n");
    await page.reload();
  }
});

test('a browser that cannot suspend runs what does not wait, and says what it cannot', async (context) => {
  const text = await readFile(join(cwd, 'app.html'), 'utf8');
  const without = 'delete WebAssembly.Suspending; delete WebAssembly.promising;';
  const mark = '<script type="text/plain" id="worker">';
  assert.ok(text.includes(mark));
  await writeFile(
    join(cwd, 'old.html'),
    text.replace(mark, () => mark + without),
  );
  const page = await newPage(context);
  const url = pathToFileURL(join(cwd, 'old.html')).href;
  const { code, stdout } = await runPage(page, url, { args: ['naps_and_reads'] });
  assert.equal(stdout, "''\n");
  assert.equal(code, 0);
  assert.match(await page.locator('#note').innerText(), /^This browser cannot wait for input .*$/);
});
