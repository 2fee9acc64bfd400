// SPDX-License-Identifier: Apache-2.0
// `node --trace-wasm-compilation-times --liftoff-only rehearse.mjs PROGRAM.wasm CODE`: runs the rehearsal of a linked
// program, with CODE as its input; Node says on standard output which functions it compiles meanwhile.

import fs from 'node:fs';

import { PreparationHost } from './preparation-host.ts';

const kExitMisuse = 2;

class Ended extends Error {}

function main(): number {
  const [program, code] = process.argv.slice(2);
  if (program === undefined || code === undefined) {
    process.stderr.write('taipan: usage: node rehearse.mjs PROGRAM.wasm CODE\n');
    return kExitMisuse;
  }
  const module = new WebAssembly.Module(fs.readFileSync(program));
  const host = new PreparationHost(fs.readFileSync(code), true, () => {
    throw new Ended();
  });
  const instance = new WebAssembly.Instance(module, host.importsFor(module));
  host.memory.attach(instance.exports['memory'] as WebAssembly.Memory);
  try {
    (instance.exports['taipan_rehearse'] as () => void)();
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  if (host.errors !== '') process.stderr.write(host.errors);
  return 0;
}

process.exitCode = main();
