// SPDX-License-Identifier: Apache-2.0
// `taipan serve`: the prompt in a page, driven by a real Chromium.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';

import { launchChromium } from './chromium.ts';
import { finish, start, taipan } from './taipan.ts';

async function serve(): Promise<{
  url: string;
  stop: () => Promise<number | null>;
}> {
  const child = start(['serve', '--port', '0']);
  const ended = finish(child, 600_000);
  const url = await new Promise<string>((found, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const match = /http:\/\/\S+?(?=;|\s)/.exec(chunk.toString());
      if (match) found(match[0]);
    });
    ended.then((outcome) => reject(new Error(outcome.stderr)), reject);
  });
  const stop = async () => {
    child.kill('SIGINT');
    return (await ended).code;
  };
  return { url, stop };
}

/** The visible text of the terminal. */
function screen(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.xterm-rows > div')]
      .map((row) => (row.textContent ?? '').trimEnd())
      .join('\n')
      .trimEnd(),
  );
}

async function waitFor(page: Page, text: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if ((await screen(page)).includes(text)) return;
    await new Promise((next) => setTimeout(next, 20));
  }
  assert.fail(`the page never showed ${JSON.stringify(text)}:\n${await screen(page)}`);
}

function paste(page: Page, text: string): Promise<void> {
  return page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    const event = new ClipboardEvent('paste', {
      clipboardData: data,
      bubbles: true,
    });
    document.querySelector('.xterm-helper-textarea')?.dispatchEvent(event);
  }, text);
}

describe('the prompt page', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  let page: Page;

  before(async () => {
    server = await serve();
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(server.url);
    await waitFor(page, '>>>');
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  test('evaluates', async () => {
    await page.keyboard.type('6 * 7\n');
    await waitFor(page, '\n42');
  });

  test('takes blocks of several lines', async () => {
    await page.keyboard.type('def double(x):\nreturn x * 2\n\ndouble(50)\n');
    await waitFor(page, '\n100');
  });

  test('asks with input()', async () => {
    await page.keyboard.type('name = input("who? ")\n');
    await waitFor(page, 'who?');
    await page.keyboard.type('Ada\nprint("hello", name)\n');
    await waitFor(page, 'hello Ada');
  });

  test('interrupts a busy loop, with no shared memory', async () => {
    await page.keyboard.type('while True: pass\n\n');
    await new Promise((next) => setTimeout(next, 500));
    await page.keyboard.press('Control+c');
    await waitFor(page, 'KeyboardInterrupt');
  });

  test('keeps a history', async () => {
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await waitFor(page, '>>> print("hello", name)');
    await page.keyboard.press('Control+u');
  });

  test('is the prompt that Python has elsewhere', async () => {
    await page.keyboard.type('import sys, os; print("_pyrepl.main" in sys.modules)\n');
    await waitFor(page, '\nTrue');
    await paste(page, 'def pasted():\n    if True:\n\n        return 7\n');
    await waitFor(page, 'return 7');
    await page.keyboard.type('\n\npasted() * 6\n');
    await waitFor(page, '\n42');
  });

  test('hides passwords', async () => {
    await page.keyboard.type('import getpass; getpass.getpass()\n');
    await waitFor(page, 'Password:');
    await page.keyboard.type('sesame\n');
    await waitFor(page, "Password:\n'sesame'");
  });

  test('knows its size', async () => {
    await page.setViewportSize({ width: 700, height: 500 });
    await new Promise((next) => setTimeout(next, 300));
    await page.keyboard.type('"columns", os.get_terminal_size().columns\n');
    await waitFor(page, "\n('columns', 7");
  });

  test('gives other processes what is typed', async () => {
    await page.keyboard.type('import subprocess\nsubprocess.run("read line; echo got $line", shell=True)\n');
    await new Promise((next) => setTimeout(next, 2000));
    await page.keyboard.type('something\n');
    await waitFor(page, '\ngot something');
  });

  test('has values that processes share', async () => {
    await page.keyboard.type('import multiprocessing as mp, operator\narray = mp.Array("i", 3)\n');
    await page.keyboard.type('child = mp.Process(target=operator.setitem, args=(array, 0, 4321))\n');
    await page.keyboard.type('child.start(); child.join(); print(array[:])\n');
    await waitFor(page, '[4321, 0, 0]');
  });

  test('keeps the history between visits', async () => {
    await page.keyboard.type('"kept"\n');
    await waitFor(page, "\n'kept'");
    await page.reload();
    await waitFor(page, '>>>');
    await page.keyboard.press('ArrowUp');
    await waitFor(page, '>>> "kept"');
    await page.keyboard.press('Control+c');
  });

  test('becomes another program, which has the keys and what they interrupt', async () => {
    const code = "print('the new', input('which? ')); input('go on? ')";
    await page.keyboard.type(`import os, sys; os.execv(sys.executable, [sys.executable, "-c", "${code}"])\n`);
    await waitFor(page, '\nwhich?');
    await page.keyboard.type('program\n');
    await waitFor(page, '\nthe new program');
    await page.keyboard.press('Control+c');
    await waitFor(page, 'KeyboardInterrupt');
    await waitFor(page, 'Python ended with exit code 130');
  });

  test('runs a file', async () => {
    const buffer = Buffer.from('print("file", __name__)\n');
    await page.setInputFiles('#file', {
      name: 'hello.py',
      mimeType: 'text/x-python',
      buffer,
    });
    await waitFor(page, 'file __main__');
  });
});

test('serves the right types, compressed, and to be cached for ever', async () => {
  const server = await serve();
  try {
    const page = await (await fetch(server.url)).text();
    const wasm = /data-wasm="([^"]+)"/.exec(page)?.[1] ?? '';
    const response = await fetch(new URL(wasm, server.url), {
      headers: { 'accept-encoding': 'br' },
    });
    assert.equal(response.headers.get('content-type'), 'application/wasm');
    assert.equal(response.headers.get('content-encoding'), 'br');
    assert.match(response.headers.get('cache-control') ?? '', /immutable/);
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 4)], [0, 0x61, 0x73, 0x6d]);
    assert.equal((await fetch(new URL('/../../etc/passwd', server.url))).status, 404);
  } finally {
    assert.equal(await server.stop(), 0); // told to stop, it has done its work
  }
});

test('says in one line that a port is taken', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => occupant.once('listening', ready));
  const address = occupant.address();
  assert(address !== null && typeof address === 'object');
  const { stderr, code } = await taipan(['serve', '--port', String(address.port)]);
  occupant.close();
  assert.match(stderr, new RegExp(`${address.port}.*--port`));
  assert.equal(stderr.trimEnd().split('\n').length, 1);
  assert.equal(code, 1);
});
