// SPDX-License-Identifier: Apache-2.0
// The kernel's host: brings it the requests of all processes and the time, and does what it wants done. It lives where
// the first process runs, and starts every other.

import { request, Request, type Answer } from '../common/kernel-wire.ts';
import { bytesFromText } from '../common/path-text.ts';
import type { ProcessStart } from '../common/process-start.ts';
import { HubClient } from './hub-client.ts';
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
  /** A program of the machine's, where it can have some. `pump` has the same descriptors of the kernel's. */
  startOutside?(pid: number, start: ProcessStart, events: ProcessEvents, pump: Pump): ProcessPort;
}

/**
 * Carries bytes between the kernel and a program of the machine's. It is a process of its own, since what a program has
 * written is to be read when it is over, too.
 */
export interface Pump {
  ask(message: Uint8Array): Promise<Answer>;
  tell(message: Uint8Array): void;
  /** Nothing is to be carried any more. */
  end(): void;
}

const kLongestTimer = 2 ** 31 - 1;
const SIGSYS = 31;
/** What the kernel hands on of a pump, in front of the process that it is for. */
const kPumpNote = 'pump ';

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
  readonly #outside = new Set<number>();
  #fromTerminal = false;
  /** Processes that are pumps, by what they are for, until they are taken. */
  readonly #pumps = new Map<number, number>();
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

  /** A key at the machine's terminal, for the group of `pid`; programs of the machine's have had it from there. */
  terminalSignal(pid: number, signal: number): void {
    this.#fromTerminal = true;
    this.submit(pid, request(Request.kill).u32(0).u32(signal).take());
    this.#fromTerminal = false;
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
    this.#takeAll();
    this.#draining = false;
    this.#setTimer();
  }

  #takeAll(): void {
    for (;;) {
      const reply = this.#kernel.takeReply();
      if (reply) {
        this.#ports.get(reply.pid)?.reply(reply.reply);
        continue;
      }
      const action = this.#kernel.takeAction();
      if (!action) return;
      this.#act(action);
    }
  }

  #act(action: KernelAction): void {
    switch (action.kind) {
      case 'start':
        this.#start(action);
        break;
      case 'end': {
        const port = this.#ports.get(action.pid);
        this.#ports.delete(action.pid);
        this.#outside.delete(action.pid);
        if (action.running) port?.end(action.status);
        if (this.#ports.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
        break;
      }
      case 'signal':
        if (!this.#fromTerminal || !this.#outside.has(action.pid))
          this.#ports.get(action.pid)?.signal(action.signal);
        break;
      default:
        break; // a stopped process waits for its reply by itself; there are no streams of the host's yet
    }
  }

  #start({ pid, outside, note, descriptors }: KernelAction & { kind: 'start' }): void {
    const text = new TextDecoder().decode(note);
    if (text.startsWith(kPumpNote)) {
      this.#pumps.set(Number(text.slice(kPumpNote.length)), pid);
      return;
    }
    const start = JSON.parse(text) as ProcessStart;
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
        ? starter.startOutside(pid, start, events, this.#pumpFor(pid, descriptors))
        : starter.start(pid, start, events);
    this.#ports.set(pid, port);
    if (outside) this.#outside.add(pid);
  }

  /** A child of the process, with its descriptors in the place of the process. */
  #pumpFor(pid: number, descriptors: readonly number[]): Pump {
    const spawn = request(Request.spawn).text('').texts([]).texts([]).flag(false).u32(0);
    spawn.u32(descriptors.length);
    for (const descriptor of descriptors) spawn.u32(descriptor);
    // In a session of its own, so that no signal for the group reaches it.
    spawn.flag(false).flag(true).flag(false).flag(false).u64(0n).flag(false);
    this.#kernel.submit(pid, spawn.raw(bytesFromText(`${kPumpNote}${String(pid)}`)).take());
    for (const descriptor of descriptors)
      this.#kernel.submit(pid, request(Request.close).u32(descriptor).take());
    this.#takeAll();
    const pump = this.#pumps.get(pid) ?? 0;
    this.#pumps.delete(pid);
    const client = new HubClient((message) => {
      this.submit(pump, message);
    });
    this.#ports.set(pump, client);
    return {
      ask: (message) => client.ask(message),
      tell: (message) => {
        client.tell(message);
      },
      end: () => {
        this.exited(pump, 0);
      },
    };
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
