// SPDX-License-Identifier: Apache-2.0
// `node pack.mjs RUNNER.mjs PROGRAM.wasm OUT.mjs`: a compiled program and what runs it as one file.

import fs from 'node:fs';
import zlib from 'node:zlib';

const kExitMisuse = 2;
const kLevel = 19;

function main(): number {
  const [runner, module, out] = process.argv.slice(2);
  if (runner === undefined || module === undefined || out === undefined) {
    process.stderr.write('taipan: usage: node pack.mjs RUNNER.mjs PROGRAM.wasm OUT.mjs\n');
    return kExitMisuse;
  }
  const bytes = fs.readFileSync(module);
  const packed = zlib.zstdCompressSync(bytes, {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: kLevel },
  });
  const text = fs.readFileSync(runner, 'utf8').trimEnd();
  const program = `function taipanProgram(){/*\n${String(bytes.length)}\n${packed.toString('base64')}\n*/}`;
  fs.writeFileSync(out, `#!/usr/bin/env node\n${text}\n${program}\n`);
  return 0;
}

process.exitCode = main();
