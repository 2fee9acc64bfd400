// SPDX-License-Identifier: Apache-2.0
// `node wasi_engine.ts FILE.wasm ARGS…`: Node's own WASI with nothing of ours, the working directory opened.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WASI } from 'node:wasi';

const [file = '', ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [basename(file), ...args],
  env: process.env,
  preopens: { '/': process.cwd() },
});
const module = await WebAssembly.compile(await readFile(file));
const imports = wasi.getImportObject() as WebAssembly.Imports;
process.exit(wasi.start(await WebAssembly.instantiate(module, imports)));
