// SPDX-License-Identifier: Apache-2.0
// `node node.mjs INTERPRETER-DIR PYTHON-ARGS…`: the interpreter in Node, with the machine's files where they are.

import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { start } from '../common/boot.ts';
import type { ModuleFactory } from '../common/emscripten.ts';
import { findJspi, kDefaultStackKilobytes } from '../common/jspi.ts';
import { SIGINT, Signals } from '../common/signals.ts';
import { nodeFiles, processUmask } from './node-files.ts';
import { stackKilobytesOf } from './node-flags.ts';
import { nodeStreams } from './node-streams.ts';
import { timeZoneFile } from './node-time-zone.ts';

const kExitMisuse = 2;
const kExitInternal = 70;
const kExitInterrupted = 130;
/** A second Ctrl-C this soon ends the process, if the program has not even noticed the first. */
const kSecondInterruptMs = 1000;

/** The devices and processes of the interpreter are Emscripten's, not the machine's. */
const kNotMounted = ['/dev', '/proc', '/sys'];

async function main(): Promise<number> {
  const [interpreter, ...args] = process.argv.slice(2);
  if (interpreter === undefined) {
    process.stderr.write('taipan: no interpreter given; usage: node node.mjs INTERPRETER-DIR PYTHON-ARGS…\n');
    return kExitMisuse;
  }
  const directory = fs.realpathSync(interpreter);
  const module = compile(`${directory}/python.wasm`);
  const { default: factory } = (await import(pathToFileURL(`${directory}/python.mjs`).href)) as {
    default: ModuleFactory;
  };
  const streams = await nodeStreams();
  const signals = new Signals();
  catchInterrupts(signals);
  return start({
    factory,
    module,
    args: [`${directory}/bin/python3.13`, ...args],
    env: { ...environment(), PYTHONHOME: directory },
    mounts: [{ at: '/', files: nodeFiles, except: kNotMounted }],
    workingDirectory: process.cwd(),
    streams,
    signals,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    block: (ms) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    umask: processUmask(),
    timeZoneFile: () => timeZoneFile(process.env['TZ']),
    stackSize: (findJspi() ? stackKilobytesOf(process.execArgv) : kDefaultStackKilobytes) * 1024,
  });
}

function compile(path: string): Promise<WebAssembly.Module> {
  // Reading it synchronously lets compilation start before the glue is parsed, on another thread.
  return WebAssembly.compile(fs.readFileSync(path));
}

function environment(): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) variables[name] = value ?? '';
  return variables;
}

function catchInterrupts(signals: Signals): void {
  let last = -Infinity;
  process.on('SIGINT', () => {
    const now = performance.now();
    if (signals.pending && now - last < kSecondInterruptMs) process.exit(kExitInterrupted);
    last = now;
    signals.deliver(SIGINT);
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    fs.writeSync(2, `taipan: cannot start the interpreter: ${reason}\n`);
    process.exit(kExitInternal);
  },
);
