// SPDX-License-Identifier: Apache-2.0
// A compiled program for Node: this, and behind it in the same file the program (web/node/pack.ts).
// All of it is before the program starts, so it is short. It has no import statement: to link one takes Node
// milliseconds, and to have its modules from the process none.

import { kPreview1Arity, withArity } from '../wasi/arity.ts';

/** In its body is a comment: how many bytes there are, and in the next line these, packed. Node has read it already. */
declare function taipanProgram(): void;

const kExitInternal = 70;
/** Seconds after which the engine has compiled what it wants to compile with care. */
const kShortRun = 1;
/**
 * What the engine is told once it is there. What the program says of itself is worth reading
 * (src/wasm/compilation_hints.h); the rest can wait for its call. And to compile functions with care waits until they
 * have run three times as long as otherwise: it takes the second core from programs that are about to end.
 */
const kEngineFlags = [
  '--experimental-wasm-compilation-hints',
  '--wasm-lazy-validation',
  '--wasm-tiering-budget=40000000',
];

function say(reason: string): void {
  process.stderr.write(`taipan: ${reason}\n`);
}

function unpackProgram(zlib: typeof import('node:zlib')): Uint8Array<ArrayBuffer> {
  const [, size, packed] = String(taipanProgram).split('\n', 3);
  // In one piece, and a byte of room behind it: when there is none Node gets another piece to be sure that it is all.
  return zlib.zstdDecompressSync(Buffer.from(packed ?? '', 'base64'), { chunkSize: Number(size) + 1 });
}

/** Ends the process. Node would wait for the engine's threads, which may be compiling what nobody will run any more. */
function end(code: number): never {
  if (process.platform !== 'win32' && process.uptime() < kShortRun) {
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

function main(zlib: typeof import('node:zlib')): number {
  // node:wasi says on every start that it is experimental; the user did not ask for it. And what Node has of its own
  // modules in its cache does not fit any more once flags have changed.
  process.emitWarning = () => undefined;
  const { WASI } = process.getBuiltinModule('node:wasi');
  const v8 = process.getBuiltinModule('node:v8');
  kEngineFlags.forEach(v8.setFlagsFromString);
  const module = new WebAssembly.Module(unpackProgram(zlib));
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

const zlib = process.getBuiltinModule?.('node:zlib');
if (zlib === undefined || !('zstdDecompressSync' in zlib)) {
  say(`this program needs Node 25 or newer, and this is ${process.version}`);
  end(kExitInternal);
}

try {
  end(main(zlib));
} catch (error) {
  say(`cannot run the program: ${error instanceof Error ? error.message : String(error)}`);
  end(kExitInternal);
}
