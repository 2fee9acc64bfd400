// SPDX-License-Identifier: Apache-2.0
// Processes in Node: programs of ours are Workers of its threads, all others processes of the machine.

import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { HostError } from '../common/errno.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import { once } from '../common/once.ts';
import type { ProcessStart } from '../common/process-start.ts';
import type { ProgramFinder } from '../common/spawn.ts';
import {
  workerPort,
  type ProcessEvents,
  type ProcessPort,
  type ProcessStarter,
  type Pump,
} from '../kernel/hub.ts';
import type { FromProcess } from '../kernel/messages.ts';
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
    return startProgram(start, events, pump, new NodePositions(this.#options.positions), {
      TAIPAN_NODE: process.execPath,
      TAIPAN_NODE_FLAGS: process.execArgv.join(' '),
      TAIPAN_HOST: fileURLToPath(this.#options.script),
    });
  }

  start(pid: number, start: ProcessStart, events: ProcessEvents): ProcessPort {
    let worker: Worker | null = null;
    let isOver = false;
    const unsent: (() => void)[] = [];
    const closeGiven = once(() => {
      for (const one of start.descriptors) if (one.kind === 'file') fs.closeSync(one.handle);
    });
    const finish = (): void => {
      isOver = true;
      closeGiven();
      void worker?.terminate();
    };
    const { script, interpreter, positions, extensions } = this.#options;
    void this.#options.module.then((module) => {
      if (isOver) return;
      const data: WorkerStart = { pid, interpreter, module, positions, extensions, start };
      const created = (worker = new Worker(script, { workerData: data, stdin: false, env: {} }));
      created.on('message', (message: FromProcess) => {
        if (message.kind === 'started') closeGiven();
        else if (!isOver) events.receive(message);
        if (message.kind === 'exit' || message.kind === 'killed') finish();
      });
      created.on('error', () => undefined); // what follows is its end
      created.on('exit', () => {
        closeGiven();
        if (!isOver) events.vanished(SIGKILL);
      });
      for (const send of unsent) send();
    });
    return workerPort((message, transfer) => {
      const send = (): void => {
        worker?.postMessage(message, transfer);
      };
      if (worker) send();
      else unsent.push(send);
    }, finish);
  }
}

/** Programs of the machine are outside; the interpreter is here. */
export class NodePrograms implements ProgramFinder {
  readonly #interpreter: string;

  constructor(interpreter: string) {
    this.#interpreter = interpreter;
  }

  find(path: string): 'here' | 'outside' {
    if (path === this.#interpreter) return 'here';
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new HostError('ENOENT');
    if (fs.realpathSync(path) === this.#interpreter) return 'here'; // a link, as in a virtual environment
    if (!stat.isFile()) throw new HostError('EACCES');
    fs.accessSync(path, fs.constants.X_OK);
    if (!isExecutable(path)) throw new HostError('ENOEXEC');
    return 'outside';
  }
}

/** What has no form that a system knows Node would hand to a shell. */
function isExecutable(path: string): boolean {
  if (process.platform !== 'linux') return true;
  const file = fs.openSync(path, 'r');
  try {
    const start = Buffer.alloc(4);
    fs.readSync(file, start, 0, start.length, 0);
    const text = start.toString('latin1');
    return text.startsWith('#!') || text === '\x7fELF';
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
