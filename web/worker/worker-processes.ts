// SPDX-License-Identifier: Apache-2.0
// Processes in the browser: each is a Worker like the one that starts it, and that is the first of them.

import type { AssetUrls, FromWorker, ToWorker, WorkerMode } from '../common/messages.ts';
import { once } from '../common/once.ts';
import { HostError } from '../common/errno.ts';
import { normalPath } from '../common/path-text.ts';
import type { ProcessStart } from '../common/process-start.ts';
import type { ProgramFinder } from '../common/spawn.ts';
import { workerPort, type ProcessEvents, type ProcessPort, type ProcessStarter } from '../kernel/hub.ts';
import type { RingEnds } from '../kernel/hub-rings.ts';
import type { FromProcess, ToProcess } from '../kernel/messages.ts';
import type { ProcessRings } from '../kernel/process-rings.ts';
import { toolAt } from './shell-process.ts';

const SIGKILL = 9;
const kToolFolder = /^(?:\/usr)?\/bin\//;

/** What a Worker of a process is given. */
export interface WorkerStart {
  readonly kind: 'process';
  readonly pid: number;
  readonly glue: string;
  readonly module: WebAssembly.Module;
  readonly library: ArrayBuffer;
  readonly mode: WorkerMode;
  readonly start: ProcessStart;
  readonly rings: ProcessRings | null;
}

/** From a process's Worker: of the process, or for the page. */
export type FromProcessWorker =
  FromProcess | (FromWorker & { kind: 'output' | 'reading' | 'keys' | 'history' });

function isForPage(message: FromProcessWorker): message is Exclude<FromProcessWorker, FromProcess> {
  return ['output', 'reading', 'keys', 'history'].includes(message.kind);
}

export interface WorkerProcessesOptions {
  readonly assets: AssetUrls;
  readonly module: Promise<WebAssembly.Module>;
  readonly library: Promise<ArrayBuffer>;
  readonly mode: () => WorkerMode;
  /** For the page; whose message it is matters when that is to be read for. */
  readonly forPage: (message: FromWorker, from: Worker) => void;
  readonly ended: (worker: Worker) => void;
  /** Of a file that was kept open for a process, or for a message. */
  readonly close: (handle: number) => void;
}

export class WorkerProcesses implements ProcessStarter {
  readonly #options: WorkerProcessesOptions;
  readonly #workers = new Map<number, Worker>();

  constructor(options: WorkerProcessesOptions) {
    this.#options = options;
  }

  /** Says something to all of them. */
  broadcast(message: ToWorker): void {
    for (const worker of this.#workers.values()) worker.postMessage(message);
  }

  /** Null for a process that has none. */
  workerOf(pid: number): Worker | null {
    return this.#workers.get(pid) ?? null;
  }

  /** Handles are the server's, whoever has them. */
  keepFile(handle: number): number {
    return handle;
  }

  closeFile(handle: number): void {
    this.#options.close(handle);
  }

  start(pid: number, start: ProcessStart, events: ProcessEvents, share: () => RingEnds | null): ProcessPort {
    const { assets, mode, forPage, ended, close } = this.#options;
    const worker = new Worker(import.meta.url, { type: 'module' });
    this.#workers.set(pid, worker);
    const ends = share();
    let isOver = false;
    const closeGiven = once(() => {
      for (const one of start.descriptors) if (one.kind === 'file') close(one.handle);
    });
    const finish = (): void => {
      isOver = true;
      closeGiven();
      this.#workers.delete(pid);
      ended(worker);
      worker.terminate();
    };
    worker.addEventListener('message', ({ data }: MessageEvent<FromProcessWorker>) => {
      if (isOver) return;
      if (isForPage(data)) {
        forPage(data, worker);
        return;
      }
      if (data.kind === 'started') closeGiven();
      else events.receive(data);
      if (data.kind === 'exit' || data.kind === 'killed') finish();
    });
    worker.addEventListener('error', () => {
      if (isOver) return;
      finish();
      events.vanished(SIGKILL);
    });
    void Promise.all([this.#options.module, this.#options.library]).then(([module, library]) => {
      const message: WorkerStart = {
        kind: 'process',
        pid,
        glue: assets.glue,
        module,
        library,
        mode: mode(),
        start,
        rings: ends && ends.process,
      };
      if (!isOver) worker.postMessage(message);
    });
    const post = (message: ToProcess, transfer: ArrayBuffer[]): void => {
      worker.postMessage(message, transfer);
    };
    return workerPort(post, finish, ends && ends.replies);
  }
}

/** In a page there is the interpreter, and the shell with its tools. */
export class WorkerPrograms implements ProgramFinder {
  readonly opensFilesAgain = false;
  readonly #interpreter: string;

  constructor(interpreter: string) {
    this.#interpreter = interpreter;
  }

  find(path: string): 'here' {
    if (normalPath(path) !== this.#interpreter && (toolAt(path) === null || !kToolFolder.test(path)))
      throw new HostError('ENOENT');
    return 'here';
  }
}
