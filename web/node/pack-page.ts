// SPDX-License-Identifier: Apache-2.0
// `node pack-page.mjs page|folder ASSETS PROGRAM.wasm OUT NAME`: a compiled program as one page that holds everything,
// or as a folder for a static host: a page, files named by their content, and each of them compressed beside itself.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const kExitMisuse = 2;
const kHashDigits = 16;
/** Characters of the program in one element of the page, from which it is read while the rest comes. */
const kPiece = 1 << 17;
/** 11 takes ten times as long, for a tenth of the size. */
const kBrotliQuality = 9;

interface Order {
  readonly assets: string;
  readonly program: Buffer;
  readonly out: string;
  readonly name: string;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${String(one.charCodeAt(0))};`);
}

function asset({ assets }: Order, name: string): string {
  return fs.readFileSync(path.join(assets, name), 'utf8').trimEnd();
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

function gzipped(bytes: Buffer): Buffer {
  return zlib.gzipSync(bytes, { level: 9, memLevel: 9 });
}

function brotlied(bytes: Buffer): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  const params = {
    [BROTLI_PARAM_QUALITY]: kBrotliQuality,
    [BROTLI_PARAM_LGWIN]: 24,
    [BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return zlib.brotliCompressSync(bytes, { params });
}

function writePage(order: Order): void {
  const text = gzipped(order.program).toString('base64');
  const pieces = Array.from(
    { length: Math.ceil(text.length / kPiece) },
    (_, index) =>
      `<script type="application/wasm">${text.slice(index * kPiece, (index + 1) * kPiece)}</script>`,
  );
  const parts = [
    `<script type="text/plain" id="worker">${asset(order, 'worker.js')}</script>`,
    `<script data-name="${escaped(order.name)}">${asset(order, 'page.js')}</script>`,
    ...pieces,
  ];
  const page = filled(asset(order, 'page.html'), {
    name: escaped(order.name),
    head: `<style>${asset(order, 'page.css')}</style>`,
    program: parts.join('\n'),
  });
  fs.writeFileSync(order.out, `${page}\n`);
}

function writeCompressed(folder: string, name: string, bytes: Buffer): void {
  fs.writeFileSync(path.join(folder, name), bytes);
  fs.writeFileSync(path.join(folder, `${name}.gz`), gzipped(bytes));
  fs.writeFileSync(path.join(folder, `${name}.br`), brotlied(bytes));
}

/** The name it gets, which no other content has. */
function writeHashed(folder: string, name: string, bytes: Buffer): string {
  const { name: stem, ext } = path.parse(name);
  const hash = crypto.createHash('sha256').update(bytes).digest('hex').slice(0, kHashDigits);
  const hashed = `${stem}.${hash}${ext}`;
  writeCompressed(folder, hashed, bytes);
  return hashed;
}

function writeFolder(order: Order): void {
  const { out, name } = order;
  fs.mkdirSync(out);
  const program = writeHashed(out, 'program.wasm', order.program);
  const [page = '', worker = '', style = ''] = ['page.js', 'worker.js', 'page.css'].map((file) =>
    writeHashed(out, file, Buffer.from(`${asset(order, file)}\n`)),
  );
  const head = [
    `<link rel="preload" href="${program}" as="fetch" crossorigin>`,
    `<link rel="stylesheet" href="${style}">`,
  ];
  const script = `<script src="${page}" data-name="${escaped(name)}" data-worker="${worker}" data-program="${program}"></script>`;
  const index = filled(asset(order, 'page.html'), {
    name: escaped(name),
    head: head.join('\n    '),
    program: script,
  });
  writeCompressed(out, 'index.html', Buffer.from(`${index}\n`));
}

const kForms: Readonly<Record<string, (order: Order) => void>> = { page: writePage, folder: writeFolder };

function main(): number {
  const [form = '', assets, program, out, name] = process.argv.slice(2);
  const write = kForms[form];
  if (!write || assets === undefined || program === undefined || out === undefined || name === undefined) {
    process.stderr.write('taipan: usage: node pack-page.mjs page|folder ASSETS PROGRAM.wasm OUT NAME\n');
    return kExitMisuse;
  }
  write({ assets, program: fs.readFileSync(program), out, name });
  return 0;
}

process.exitCode = main();
