// SPDX-License-Identifier: Apache-2.0
// `node node.mjs INTERPRETER-DIR PYTHON-ARGS…`: the interpreter in Node, with the machine's files where they are. The same
// file is what a process that the program starts runs, in a Worker.

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { start, type BootOptions } from '../common/boot.ts';
import type { ModuleFactory } from '../common/emscripten.ts';
import { findJspi, kDefaultStackKilobytes } from '../common/jspi.ts';
import type { Mount } from '../common/mounts.ts';
import { movedFiles } from '../common/moved-files.ts';
import { exitCodeOf, signalOf, Signals } from '../common/signals.ts';
import { kLongestTimer } from '../common/timer.ts';
import { LocalConnection } from '../kernel/local-connection.ts';
import type { FromProcess, ToProcess } from '../kernel/messages.ts';
import { RemoteProcess, type PostToHub } from '../kernel/remote-process.ts';
import { nodeFiles, processUmask } from './node-files.ts';
import { stackKilobytesOf } from './node-flags.ts';
import {
  newPositions,
  NodePositions,
  NodePrograms,
  NodeProcesses,
  type WorkerStart,
} from './node-processes.ts';
import { NodeSignals } from './node-signals.ts';
import { nodeStreams } from './node-streams.ts';
import { timeZoneFile } from './node-time-zone.ts';

/** Of the first process when Node's own is the first of its machine, whose number is the kernel's here. */
const kFirstPid = 2;
const kExitMisuse = 2;
const kExitInternal = 70;

/** The devices and processes of the interpreter are Emscripten's, not the machine's. */
const kNotMounted = ['/dev', '/proc', '/sys'];

/** What the first process and the others have in common. */
async function commonOptions(directory: string, zone: string | undefined, extensions: string | undefined) {
  const { default: factory } = (await import(pathToFileURL(`${directory}/python.mjs`).href)) as {
    default: ModuleFactory;
  };
  return {
    factory,
    mounts: [{ at: '/', files: nodeFiles, except: kNotMounted }, ...extensionMount(directory, extensions)],
    streams: await nodeStreams(),
    turn: () => new Promise<void>((resolve) => setImmediate(resolve)),
    block: (ms: number) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    programs: new NodePrograms(programOf(directory)),
    user: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      groups: process.getgroups?.() ?? [],
    },
    timeZoneFile: () => timeZoneFile(zone),
    stackSize: (findJspi() ? stackKilobytesOf(process.execArgv) : kDefaultStackKilobytes) * 1024,
  } satisfies Partial<BootOptions>;
}

/** Extension modules beside the interpreter's own: those that only CPython's tests import. */
function extensionMount(directory: string, extensions: string | undefined): Mount[] {
  if (!extensions) return [];
  const at = `${directory}/lib/python3.13/lib-dynload`;
  return [{ at, files: movedFiles(nodeFiles, extensions, at) }];
}

function programOf(directory: string): string {
  return `${directory}/bin/python3.13`;
}

/** As what a program of the machine's has started this one (bin/python3.13), which is not for those that follow. */
function takeProgramName(): string | undefined {
  const name = process.env['TAIPAN_PROGRAM'];
  delete process.env['TAIPAN_PROGRAM'];
  return name === undefined ? undefined : path.resolve(name);
}

/** The program of a virtual environment finds its own way to the library. */
function withHome(
  env: Readonly<Record<string, string>>,
  program: string,
  directory: string,
): Readonly<Record<string, string>> {
  return program === programOf(directory) ? { ...env, TAIPAN_PYTHON_HOME: directory } : env;
}

async function runFirst(): Promise<number> {
  const [interpreter, ...args] = process.argv.slice(2);
  if (interpreter === undefined) {
    process.stderr.write('taipan: no interpreter given; usage: node node.mjs INTERPRETER-DIR PYTHON-ARGS…\n');
    return kExitMisuse;
  }
  const directory = fs.realpathSync(interpreter);
  const name = takeProgramName() ?? programOf(directory);
  const module = compile(`${directory}/python.wasm`);
  const signals = new Signals();
  const positions = newPositions();
  const script = new URL(import.meta.url);
  const extensions = process.env['TAIPAN_EXTENSIONS'];
  const connection = new LocalConnection({
    module: () => {
      process.umask(0); // in a Worker it cannot be lifted for the length of a call
      return new WebAssembly.Module(fs.readFileSync(new URL('kernel.wasm', script)));
    },
    starter: new NodeProcesses({ script, interpreter: directory, module, positions, extensions }),
    signals,
    pid: process.pid > 1 ? process.pid : kFirstPid,
    directory: process.cwd(),
    end: (status) => {
      process.kill(process.pid, signalOf(status));
    },
  });
  const signalHost = new NodeSignals(signals, (signal) => {
    const { hub } = connection;
    hub?.terminalSignal(connection.pid, signal);
    return hub !== null;
  });
  void connection.replaced.then(() => {
    signalHost.handOver((signal) => connection.hub?.signal(connection.pid, signal));
  });
  stayAlive();
  const program = start({
    ...(await commonOptions(directory, process.env['TZ'], extensions)),
    module,
    args: [name, ...args],
    env: withHome(environment(), name, directory),
    workingDirectory: process.cwd(),
    signals,
    signalHost,
    connection,
    positions: new NodePositions(positions),
    umask: processUmask(),
    replaced: connection.replaced,
  });
  const status = await connection.statusOf(program);
  signalHost.letGo();
  if (signalOf(status) !== 0) signalHost.act(signalOf(status));
  await connection.hub?.whenEmpty();
  return exitCodeOf(status);
}

/** A process of the program's. The hub ends the Worker. */
async function runOther(
  port: MessagePort,
  { pid, interpreter, module, positions, extensions, start: given, rings }: WorkerStart,
) {
  const signals = new Signals();
  const post: PostToHub = (message, transfer = []) => {
    port.postMessage(message, transfer);
  };
  const self = new RemoteProcess(pid, given, signals, post, rings);
  port.on('message', (message: ToProcess) => {
    self.connection.receive(message);
  });
  const code = await start({
    ...(await commonOptions(interpreter, given.env['TZ'], extensions)),
    ...self.bootOptions,
    module: Promise.resolve(module),
    env: withHome(given.env, given.program, interpreter),
    signals,
    positions: new NodePositions(positions),
  });
  self.report(code);
}

function compile(file: string): Promise<WebAssembly.Module> {
  // Reading it synchronously lets compilation start before the glue is parsed, on another thread.
  return WebAssembly.compile(fs.readFileSync(file));
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

function fail(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  fs.writeSync(2, `taipan: cannot start the interpreter: ${reason}\n`);
}

if (isMainThread || parentPort === null) {
  runFirst().then(
    (code) => process.exit(code),
    (error: unknown) => {
      fail(error);
      process.exit(kExitInternal);
    },
  );
} else {
  const port = parentPort;
  runOther(port, workerData as WorkerStart).catch((error: unknown) => {
    fail(error);
    port.postMessage({ kind: 'exit', code: kExitInternal } satisfies FromProcess);
  });
}
