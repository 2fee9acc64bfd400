// SPDX-License-Identifier: Apache-2.0
// `node node.mjs INTERPRETER-DIR PYTHON-ARGS…`: the interpreter in Node, with the machine's files where they are.

import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { start } from '../common/boot.ts';
import type { ModuleFactory } from '../common/emscripten.ts';
import { findJspi, kDefaultStackKilobytes } from '../common/jspi.ts';
import { kLongestTimer, Signals } from '../common/signals.ts';
import { nodeFiles, processUmask } from './node-files.ts';
import { stackKilobytesOf } from './node-flags.ts';
import { NodeSignals } from './node-signals.ts';
import { nodeStreams } from './node-streams.ts';
import { timeZoneFile } from './node-time-zone.ts';

const kExitMisuse = 2;
const kExitInternal = 70;

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
  stayAlive();
  return start({
    factory,
    module,
    args: [`${directory}/bin/python3.13`, ...args],
    env: { ...environment(), PYTHONHOME: directory },
    mounts: [{ at: '/', files: nodeFiles, except: kNotMounted }],
    workingDirectory: process.cwd(),
    streams,
    signals,
    signalHost: new NodeSignals(signals),
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

/** Node would end when threads wait for each other and nothing else does. */
function stayAlive(): void {
  setInterval(() => undefined, kLongestTimer);
}

function environment(): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) variables[name] = value ?? '';
  return variables;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    fs.writeSync(2, `taipan: cannot start the interpreter: ${reason}\n`);
    process.exit(kExitInternal);
  },
);
