// SPDX-License-Identifier: Apache-2.0
// A compiled program for Node: this, and behind it in the same file the program in a comment (web/node/pack.ts).
// All of it is before the program starts, so it is short.

import fs from 'node:fs';
import v8 from 'node:v8';
import zlib from 'node:zlib';

import { kPreview1Arity, withArity } from '../wasi/arity.ts';

const kExitInternal = 70;
/** Milliseconds after which the engine has compiled what it wants to compile with care. */
const kShortRun = 1000;

function say(reason: string): void {
  fs.writeSync(2, `taipan: ${reason}\n`);
}

/** From the comment: how many bytes there are, and these, packed. */
function readProgram(): Uint8Array<ArrayBuffer> {
  const file = fs.readFileSync(import.meta.filename, 'latin1');
  const start = file.lastIndexOf('\n//') + 3;
  const colon = file.indexOf(':', start);
  const packed = Buffer.from(file.slice(colon + 1), 'base64');
  // In one piece, which is as large as it must be: memory that nobody needs has the engine look for more of it.
  return zlib.zstdDecompressSync(packed, { chunkSize: Number(file.slice(start, colon)) });
}

/** Ends the process. Node would wait for the engine's threads, which may be compiling what nobody will run any more. */
function end(code: number): never {
  if (process.platform !== 'win32' && performance.now() < kShortRun) {
    try {
      process.execve?.('/bin/sh', ['sh', '-c', `exit ${String(code & 0xff)}`], {});
    } catch {
      // Then it takes a little longer.
    }
  }
  process.exit(code);
}

/** The functions of WASI; the engine calls JavaScript faster than Node's own functions, and binds it at once. */
function directImports(all: WebAssembly.ModuleImports, module: WebAssembly.Module): WebAssembly.Imports {
  const used = WebAssembly.Module.imports(module).map(({ name }) => {
    const call = all[name] as (...values: unknown[]) => unknown;
    return [name, withArity(kPreview1Arity[name] ?? 0, call)] as const;
  });
  return { wasi_snapshot_preview1: Object.fromEntries(used) };
}

function main(): number {
  // node:wasi says on every start that it is experimental; the user did not ask for it. And what Node has of it in its
  // own cache does not fit any more once flags have changed.
  process.emitWarning = () => undefined;
  const { WASI } = process.getBuiltinModule('node:wasi');
  // What the program says of itself is worth reading (src/wasm/compilation_hints.h); the rest can wait for its call.
  v8.setFlagsFromString('--experimental-wasm-compilation-hints');
  v8.setFlagsFromString('--wasm-lazy-validation');
  const module = new WebAssembly.Module(readProgram());
  const wasi = new WASI({
    version: 'preview1',
    args: process.argv.slice(1),
    env: { ...process.env, PWD: process.cwd() },
    preopens: { '/': '/' },
    returnOnExit: true,
  });
  const { wasi_snapshot_preview1: all } = wasi.getImportObject() as Record<string, WebAssembly.ModuleImports>;
  return wasi.start(new WebAssembly.Instance(module, directImports(all ?? {}, module)));
}

if (!('zstdDecompressSync' in zlib)) {
  say(`this program needs Node 25 or newer, and this is ${process.version}`);
  end(kExitInternal);
}

try {
  end(main());
} catch (error) {
  say(`cannot run the program: ${error instanceof Error ? error.message : String(error)}`);
  end(kExitInternal);
}
