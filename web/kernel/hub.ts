// SPDX-License-Identifier: Apache-2.0
// The kernel's host: brings it the requests of all processes and the time, and does what it wants done. It lives where
// the first process runs, and starts every other.

import type { ProcessStart } from '../common/process-start.ts';
import type { KernelAction, Kernel } from './kernel.ts';
import type { FromProcess, ToProcess } from './messages.ts';

/** Where a process is reached. */
export interface ProcessPort {
  reply(bytes: Uint8Array<ArrayBuffer>): void;
  signal(signal: number): void;
  /** Ends it at once; `status` as wait(2) has it. Nothing comes from it any more. */
  end(status: number): void;
}

/** What a process reports by itself. */
export interface ProcessEvents {
  receive(message: FromProcess): void;
  /** It is gone without having said so. */
  vanished(signal: number): void;
}

/** How a host starts programs. */
export interface ProcessStarter {
  /** A program of ours, in a Worker. */
  start(pid: number, start: ProcessStart, events: ProcessEvents): ProcessPort;
  /** A program of the machine's, where it can have some; its descriptors of the kernel's are pumped by `streams`. */
  startOutside?(pid: number, start: ProcessStart, events: ProcessEvents, streams: HubStreams): ProcessPort;
}

/** Requests of a process that does not make them itself. */
export interface HubStreams {
  ask(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

const kLongestTimer = 2 ** 31 - 1;
const SIGSYS = 31;

/** A port for a Worker, over whatever carries its messages. */
export function workerPort(
  post: (message: ToProcess, transfer: ArrayBuffer[]) => void,
  terminate: () => void,
): ProcessPort {
  return {
    reply: (bytes) => {
      post({ kind: 'reply', bytes }, [bytes.buffer]);
    },
    signal: (signal) => {
      post({ kind: 'signal', signal }, []);
    },
    end: terminate,
  };
}

export class ProcessHub {
  readonly #kernel: Kernel;
  readonly #starter: ProcessStarter;
  readonly #ports = new Map<number, ProcessPort>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #draining = false;
  #whenEmpty: (() => void)[] = [];

  constructor(kernel: Kernel, starter: ProcessStarter) {
    this.#kernel = kernel;
    this.#starter = starter;
  }

  /** The process that runs here already; gives its pid. */
  addRoot(pid: number, directory: string, port: ProcessPort): number {
    const given = this.#kernel.addRoot(pid, directory);
    this.#ports.set(given, port);
    return given;
  }

  /** A request, or what pretends to be one. */
  submit(pid: number, message: Uint8Array): void {
    this.#kernel.advance(performance.now());
    this.#kernel.submit(pid, message);
    this.#drain();
  }

  exited(pid: number, code: number): void {
    this.#kernel.processExited(pid, code);
    this.#drain();
  }

  killed(pid: number, signal: number): void {
    this.#kernel.processKilled(pid, signal);
    this.#drain();
  }

  /** A signal from outside of all processes. */
  signal(pid: number, signal: number): void {
    this.#kernel.signal(pid, signal);
    this.#drain();
  }

  /** Resolves when no process is left. */
  whenEmpty(): Promise<void> {
    if (this.#ports.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
    });
  }

  get pids(): readonly number[] {
    return [...this.#ports.keys()];
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (;;) {
      const reply = this.#kernel.takeReply();
      if (reply) {
        this.#ports.get(reply.pid)?.reply(reply.reply);
        continue;
      }
      const action = this.#kernel.takeAction();
      if (!action) break;
      this.#act(action);
    }
    this.#draining = false;
    this.#setTimer();
  }

  #act(action: KernelAction): void {
    switch (action.kind) {
      case 'start':
        this.#start(action);
        break;
      case 'end': {
        const port = this.#ports.get(action.pid);
        this.#ports.delete(action.pid);
        if (action.running) port?.end(action.status);
        if (this.#ports.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
        break;
      }
      case 'signal':
        this.#ports.get(action.pid)?.signal(action.signal);
        break;
      default:
        break; // a stopped process waits for its reply by itself; there are no streams of the host's yet
    }
  }

  #start({ pid, outside, note }: KernelAction & { kind: 'start' }): void {
    const start = JSON.parse(new TextDecoder().decode(note)) as ProcessStart;
    const events: ProcessEvents = {
      receive: (message) => {
        this.#receive(pid, message);
      },
      vanished: (signal) => {
        this.killed(pid, signal);
      },
    };
    const starter = this.#starter;
    const port =
      outside && starter.startOutside
        ? starter.startOutside(pid, start, events, this.#streamsOf(pid))
        : starter.start(pid, start, events);
    this.#ports.set(pid, port);
  }

  #receive(pid: number, message: FromProcess): void {
    switch (message.kind) {
      case 'request':
        this.submit(pid, message.bytes);
        break;
      case 'exit':
        this.exited(pid, message.code);
        break;
      case 'killed':
        this.killed(pid, message.signal);
        break;
      case 'started':
        break;
      default:
        this.killed(pid, SIGSYS);
    }
  }

  #streamsOf(_pid: number): HubStreams {
    throw new Error('not yet');
  }

  #setTimer(): void {
    const deadline = this.#kernel.nextDeadline;
    const at = deadline < 0 ? Infinity : deadline;
    if (at === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    if (at === Infinity) return;
    const wait = Math.min(Math.max(Math.ceil(at - performance.now()), 0), kLongestTimer);
    this.#timer = setTimeout(() => {
      this.#timerAt = Infinity;
      this.#kernel.advance(performance.now());
      this.#drain();
    }, wait);
  }
}
