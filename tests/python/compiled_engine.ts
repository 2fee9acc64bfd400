// SPDX-License-Identifier: Apache-2.0
// `node compiled_engine.ts FILE.wasm LIBRARY ARGS…`: Node's WASI with "/" opened; the files of the tests lie where the
// compiled program says that their modules are.

import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [file = '', library = '', ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: ['program', ...args],
  env: { ...process.env, PWD: process.cwd() },
  preopens: { '/': '/', '/app/test': `${library}/test`, '/lib/python3.13': library },
});
const module = await WebAssembly.compile(readFileSync(file));
const imports = wasi.getImportObject() as WebAssembly.Imports;
process.exit(wasi.start(await WebAssembly.instantiate(module, imports)));
