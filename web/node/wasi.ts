// SPDX-License-Identifier: Apache-2.0
// `node wasi.mjs INTERPRETER-DIR PYTHON-ARGS…`: the interpreter on Node's own WASI, with "/" opened.

import fs from 'node:fs';

const kExitMisuse = 2;
const kExitInternal = 70;

/** node:wasi says on every start that it is experimental; the user did not ask for it. */
function silenceExperimentalWarning(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes('WASI')) return;
    emit(warning, ...rest);
  };
}

async function main(): Promise<number> {
  const [interpreter, ...args] = process.argv.slice(2);
  if (interpreter === undefined) {
    process.stderr.write('taipan: no interpreter given; usage: node wasi.mjs INTERPRETER-DIR PYTHON-ARGS…\n');
    return kExitMisuse;
  }
  const directory = fs.realpathSync(interpreter);
  const compiled = WebAssembly.compile(await fs.promises.readFile(`${directory}/python.wasm`));
  silenceExperimentalWarning();
  const { WASI } = await import('node:wasi');
  const wasi = new WASI({
    version: 'preview1',
    args: ['python', ...args],
    env: { ...process.env, PYTHONHOME: directory, PWD: process.cwd() },
    preopens: { '/': '/' },
    returnOnExit: true,
  });
  const instance = await WebAssembly.instantiate(
    await compiled,
    wasi.getImportObject() as WebAssembly.Imports,
  );
  return wasi.start(instance);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    fs.writeSync(2, `taipan: cannot run the interpreter: ${reason}\n`);
    process.exit(kExitInternal);
  },
);
