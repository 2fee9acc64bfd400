// SPDX-License-Identifier: Apache-2.0
// `node build.mjs --out DIR`: bundles the hosts for Node, WASI, the worker and the page into DIR.

import { build } from 'esbuild';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (!values.out) {
  process.stderr.write('taipan: no output folder given; usage: node build.mjs --out DIR\n');
  process.exit(2);
}
const out = resolve(values.out);

const common = {
  absWorkingDir: here,
  bundle: true,
  format: 'esm',
  minify: true,
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
};

/** The first with JSPI. */
const kBrowsers = 'chrome137';

/** Those without JSPI as well, in which programs run that never wait. */
const kAnyBrowser = ['chrome119', 'firefox121', 'safari17.4'];

await mkdir(`${out}/page`, { recursive: true });
await Promise.all([
  build({
    ...common,
    entryPoints: [
      'node/node.ts',
      'node/wasi.ts',
      'node/prepare.ts',
      'node/rehearse.ts',
      'node/pack.ts',
      'node/pack-page.ts',
    ],
    outdir: out,
    platform: 'node',
    target: 'node25',
  }),
  build({
    ...common,
    entryPoints: ['bundle/node.ts'],
    outdir: `${out}/bundle`,
    platform: 'node',
    target: 'node25',
  }),
  build({
    ...common,
    entryPoints: ['bundle/browser/page.ts', 'bundle/browser/worker.ts', 'bundle/browser/page.css'],
    outdir: `${out}/bundle/browser`,
    // Classic scripts: a page can hold them, and they need no type that a host may not know.
    format: 'iife',
    outExtension: {},
    platform: 'browser',
    target: kAnyBrowser,
  }),
  build({
    ...common,
    entryPoints: ['worker/worker.ts'],
    outdir: out,
    platform: 'browser',
    target: kBrowsers,
  }),
  build({
    ...common,
    entryPoints: ['page/run.ts', 'page/page.ts', 'page/page.css'],
    outdir: `${out}/page`,
    platform: 'browser',
    target: kBrowsers,
  }),
  ...['run.html', 'index.html', 'icon.svg'].map((name) => cp(`${here}/page/${name}`, `${out}/page/${name}`)),
  cp(`${here}/bundle/browser/page.html`, `${out}/bundle/browser/page.html`),
]);
