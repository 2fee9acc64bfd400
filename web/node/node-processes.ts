// SPDX-License-Identifier: Apache-2.0
// Processes in Node: programs of ours are Workers of its threads, all others processes of the machine.

import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { HostError } from '../common/errno.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import { once } from '../common/once.ts';
import type { InheritedDescriptor, ProcessStart } from '../common/process-start.ts';
import type { ProgramFinder } from '../common/spawn.ts';
import {
  workerPort,
  type ProcessEvents,
  type ProcessPort,
  type ProcessStarter,
  type Pump,
} from '../kernel/hub.ts';
import type { RingEnds } from '../kernel/hub-rings.ts';
import type { FromProcess, ToProcess } from '../kernel/messages.ts';
import type { ProcessRings } from '../kernel/process-rings.ts';
import { nodeFiles } from './node-files.ts';
import { startProgram } from './node-programs.ts';

const SIGKILL = 9;

/** What a Worker of a process is given. */
export interface WorkerStart {
  readonly pid: number;
  readonly interpreter: string;
  readonly module: WebAssembly.Module;
  readonly positions: SharedArrayBuffer;
  readonly extensions: string | undefined;
  readonly start: ProcessStart;
  readonly rings: ProcessRings | null;
}

export interface NodeProcessesOptions {
  /** This program, which is also a process's own. */
  readonly script: URL;
  readonly interpreter: string;
  readonly module: Promise<WebAssembly.Module>;
  readonly positions: SharedArrayBuffer;
  /** A folder of extension modules beside the interpreter's own. */
  readonly extensions: string | undefined;
}

export class NodeProcesses implements ProcessStarter {
  readonly #options: NodeProcessesOptions;

  constructor(options: NodeProcessesOptions) {
    this.#options = options;
  }

  startOutside(_pid: number, start: ProcessStart, events: ProcessEvents, pump: Pump): ProcessPort {
    return startProgram(ownFiles(start), events, pump, new NodePositions(this.#options.positions), {
      TAIPAN_NODE: process.execPath,
      TAIPAN_NODE_FLAGS: process.execArgv.join(' '),
      TAIPAN_HOST: fileURLToPath(this.#options.script),
      TAIPAN_INTERPRETER: this.#options.interpreter,
    });
  }

  keepFile(handle: number, flags: number): number {
    return nodeFiles.duplicate(handle, flags);
  }

  closeFile(handle: number): void {
    nodeFiles.close(handle);
  }

  start(pid: number, start: ProcessStart, events: ProcessEvents, share: () => RingEnds | null): ProcessPort {
    const { script, interpreter, positions, extensions, module } = this.#options;
    const own = ownFiles(start);
    const process = new WorkerProcess(own, events);
    const ends = share();
    const rings = ends && ends.process;
    void module.then((compiled) => {
      process.begin(script, { pid, interpreter, module: compiled, positions, extensions, start: own, rings });
    });
    return workerPort(
      (message, transfer) => {
        process.post(message, transfer);
      },
      () => {
        process.end();
      },
      ends && ends.replies,
    );
  }
}

/** Opened once more here: Node closes what a Worker has opened when the Worker ends, whoever has the number by then. */
function ownFiles(start: ProcessStart): ProcessStart {
  return { ...start, descriptors: start.descriptors.flatMap((one) => ownFile(one) ?? []) };
}

/** Null for what cannot be opened again. */
function ownFile(one: InheritedDescriptor): InheritedDescriptor | null {
  if (one.kind !== 'file') return one;
  try {
    return { ...one, handle: nodeFiles.duplicate(one.handle, one.flags) };
  } catch {
    return null;
  }
}

/** A Worker, from before there is one until it is gone. */
class WorkerProcess {
  readonly #events: ProcessEvents;
  /** What is kept open for it, until it has made that its own. */
  readonly #closeGiven: () => void;
  #worker: Worker | null = null;
  #isOver = false;
  readonly #unsent: (() => void)[] = [];

  constructor(start: ProcessStart, events: ProcessEvents) {
    this.#events = events;
    this.#closeGiven = once(() => {
      closeFiles(start);
    });
  }

  begin(script: URL, data: WorkerStart): void {
    if (this.#isOver) return;
    try {
      this.#worker = new Worker(script, { workerData: data, stdin: false, env: {} });
    } catch {
      this.#vanish(); // there are too many threads
      return;
    }
    this.#worker.on('message', (message: FromProcess) => {
      this.#receive(message);
    });
    this.#worker.on('error', () => undefined); // what follows is its end
    this.#worker.on('exit', () => {
      this.#vanish();
    });
    for (const send of this.#unsent.splice(0)) send();
  }

  post(message: ToProcess, transfer: ArrayBuffer[]): void {
    if (this.#worker) this.#worker.postMessage(message, transfer);
    else if (!this.#isOver)
      this.#unsent.push(() => {
        this.post(message, transfer);
      });
  }

  end(): void {
    this.#isOver = true;
    this.#closeGiven();
    void this.#worker?.terminate();
  }

  #receive(message: FromProcess): void {
    if (this.#isOver) return;
    if (message.kind === 'started') this.#closeGiven();
    else this.#events.receive(message);
    if (message.kind === 'exit' || message.kind === 'killed') this.end();
  }

  #vanish(): void {
    this.#closeGiven();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.vanished(SIGKILL);
  }
}

function closeFiles(start: ProcessStart): void {
  for (const one of start.descriptors) if (one.kind === 'file') fs.closeSync(one.handle);
}

/** Programs of the machine are outside; the interpreter is here. */
export class NodePrograms implements ProgramFinder {
  readonly opensFilesAgain = true;
  readonly #interpreter: string;

  constructor(interpreter: string) {
    this.#interpreter = interpreter;
  }

  find(path: string): 'here' | 'outside' {
    if (path === this.#interpreter) return 'here';
    const stat = fs.statSync(path);
    if (!stat.isFile()) throw new HostError('EACCES');
    fs.accessSync(path, fs.constants.X_OK);
    if (this.#isInterpreter(path, stat.size)) return 'here';
    if (!isExecutable(path)) throw new HostError('ENOEXEC');
    return 'outside';
  }

  /** A link or a copy, as in a virtual environment. */
  #isInterpreter(path: string, size: number): boolean {
    if (fs.realpathSync(path) === this.#interpreter) return true;
    const own = fs.statSync(this.#interpreter, { throwIfNoEntry: false });
    if (own?.size !== size) return false;
    try {
      return fs.readFileSync(path).equals(fs.readFileSync(this.#interpreter));
    } catch {
      return false; // one that may be run but not read
    }
  }
}

/** What has no form that a system knows Node would hand to a shell. */
function isExecutable(path: string): boolean {
  if (process.platform !== 'linux') return true;
  const start = firstBytes(path, 4);
  return start === null || start.startsWith('#!') || start === '\x7fELF';
}

/** Null for what may be run and not read. */
function firstBytes(path: string, count: number): string | null {
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const bytes = Buffer.alloc(count);
    return bytes.toString('latin1', 0, fs.readSync(file, bytes, 0, count, 0));
  } finally {
    fs.closeSync(file);
  }
}

/** How many open files can be shared by processes. */
const kPlaces = 65536;

export function newPositions(): SharedArrayBuffer {
  return new SharedArrayBuffer((kPlaces + 1) * Float64Array.BYTES_PER_ELEMENT);
}

/** Positions in memory that all Workers have; the first word counts the places that are taken. */
export class NodePositions implements SharedPositions {
  readonly #taken: Int32Array;
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#taken = new Int32Array(buffer, 0, 1);
    this.#values = new Float64Array(buffer);
  }

  add(): number {
    const place = Atomics.add(this.#taken, 0, 1) + 1;
    return place <= kPlaces ? place : -1;
  }

  adopt(place: number): number {
    return place;
  }

  get(place: number): number {
    return this.#values[place] ?? 0;
  }

  set(place: number, position: number): void {
    this.#values[place] = position;
  }
}
