// SPDX-License-Identifier: Apache-2.0
// Engines that run a WASI program as it is, each a command that takes the file and the program's arguments. They open
// the working directory as "/".

import { join } from 'node:path';

const here = import.meta.dirname;

/** Node's own WASI. */
export const kNodeWasi: readonly string[] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  join(here, 'wasi_engine.ts'),
];

/** Wasmtime, for the Python of the machine. */
export const kWasmtime: readonly string[] = ['python3', '-I', join(here, 'wasmtime_engine.py')];
