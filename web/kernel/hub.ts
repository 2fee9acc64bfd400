// SPDX-License-Identifier: Apache-2.0
// The kernel's host: brings it the requests of all processes and the time, and does what it wants done. It lives where
// the first process runs, and starts every other.

import { errnoNumber, errnoOf } from '../common/errno.ts';
import { request, Request, type Answer } from '../common/kernel-wire.ts';
import { bytesFromText } from '../common/path-text.ts';
import { kLongestTimer } from '../common/timer.ts';
import type { ProcessStart } from '../common/process-start.ts';
import { HubClient, kGone } from './hub-client.ts';
import { HubRings, type RingEnds } from './hub-rings.ts';
import type { KernelAction, Kernel } from './kernel.ts';
import { isFromProcess, type FromProcess, type ToProcess } from './messages.ts';
import { kReplyTag } from './process-rings.ts';
import type { RingWriter } from './shared-ring.ts';

/** Where a process is reached. */
export interface ProcessPort {
  /** The bytes are there during the call only. */
  reply(bytes: Uint8Array): void;
  signal(signal: number): void;
  /** Ends it at once; `status` as wait(2) has it. Nothing comes from it any more. */
  end(status: number): void;
  /** Another program has taken its place; without it, that is the end of what is reached here. */
  replaced?(): void;
}

/** What a process reports by itself. */
export interface ProcessEvents {
  receive(message: FromProcess): void;
  /** It is gone without having said so. */
  vanished(signal: number): void;
}

/** How a host starts programs. */
export interface ProcessStarter {
  /** A program of ours, in a Worker. `share` makes memory for what it and the hub say to each other, where it can be. */
  start(pid: number, start: ProcessStart, events: ProcessEvents, share: () => RingEnds | null): ProcessPort;
  /** A program of the machine's, where it can have some. `pump` has the same descriptors of the kernel's. */
  startOutside?(pid: number, start: ProcessStart, events: ProcessEvents, pump: Pump): ProcessPort;
  /** Keeps open what a process has open as `handle`, while it is on its way in a message; gives the handle for that. */
  keepFile?(handle: number, flags: number): number;
  closeFile?(handle: number): void;
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

/** For a program that has nothing of the kernel's. */
const kNoPump: Pump = {
  ask: () => Promise.resolve(kGone),
  tell: () => undefined,
  end: () => undefined,
};

const kNoBytes = new Uint8Array();

const SIGKILL = 9;
const SIGCHLD = 17;
const SIGSYS = 31;
/** F_SETFD, and its one flag. */
const kSetFlags = 2;
const kCloseOnExec = 1;
/** What the kernel hands on of a pump, in front of the process that it is for. */
const kPumpNote = 'pump ';

/** A port for a Worker, over whatever carries its messages, and memory where it has some. */
export function workerPort(
  post: (message: ToProcess, transfer: ArrayBuffer[]) => void,
  terminate: () => void,
  ring: RingWriter | null,
): ProcessPort {
  const isPut = (tag: number, bytes: Uint8Array): boolean => {
    if (!ring?.put(tag, bytes)) return false;
    if (ring.mustTell()) post({ kind: 'look' }, []);
    else ring.wake();
    return true;
  };
  return {
    reply: (bytes) => {
      if (isPut(kReplyTag, bytes)) return;
      const copy = bytes.slice();
      post({ kind: 'reply', bytes: copy }, [copy.buffer]);
    },
    signal: (signal) => {
      if (!isPut(signal, kNoBytes)) post({ kind: 'signal', signal }, []);
    },
    end: terminate,
  };
}

export class ProcessHub {
  readonly #kernel: Kernel;
  readonly #starter: ProcessStarter;
  readonly #ports = new Map<number, ProcessPort>();
  readonly #rings = HubRings.make({
    submit: (pid, message) => {
      this.submit(pid, message);
    },
    refuse: (pid) => {
      this.#refuse(pid);
    },
  });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #draining = false;
  readonly #outside = new Set<number>();
  #fromTerminal = false;
  /** Pumps that are being made: what they are for, and their own pid when they have one. */
  readonly #pumps = new Map<number, number | null>();
  #whenEmpty: (() => void)[] = [];
  readonly #whenEnded = new Map<number, (status: number) => void>();
  /** How the programs of now report; an old one's report may come late. */
  readonly #events = new Map<number, ProcessEvents>();

  constructor(kernel: Kernel, starter: ProcessStarter) {
    this.#kernel = kernel;
    this.#starter = starter;
  }

  /** The process that runs here already; gives its pid. Throws when the kernel does not take it. */
  addRoot(pid: number, directory: string, port: ProcessPort): number {
    const given = this.#kernel.addRoot(pid, directory);
    if (given < 0) throw new Error(`there can be no process ${pid}: error ${-given}`);
    this.#ports.set(given, port);
    return given;
  }

  /** A request, or what pretends to be one. */
  submit(pid: number, message: Uint8Array): void {
    this.#kernel.advance(performance.now());
    this.#kernel.submit(pid, message);
    this.#drain();
  }

  /** Serves what other processes ask until `isDone`, blocking the thread for a moment at most. */
  serveUntil(isDone: () => boolean): void {
    if (this.#rings && !this.#rings.isEmpty) this.#rings.lookFor(isDone);
  }

  /** Serves what they have asked by now. */
  serve(): void {
    this.#rings?.serve();
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

  /** Resolves when a process ends, to the status that wait(2) would tell. */
  whenEnded(pid: number): Promise<number> {
    return new Promise((resolve) => {
      this.#whenEnded.set(pid, resolve);
    });
  }

  get pids(): readonly number[] {
    return [...this.#ports.keys()];
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      this.#takeAll();
    } finally {
      this.#draining = false;
    }
    this.#setTimer();
  }

  #takeAll(): void {
    // A program is started, and a signal sent, before anybody is told of it.
    do this.#takeActions();
    while (this.#takeReply());
  }

  #takeActions(): void {
    for (let action = this.#kernel.takeAction(); action; action = this.#kernel.takeAction())
      this.#act(action);
  }

  /** False when there is none. */
  #takeReply(): boolean {
    const reply = this.#kernel.takeReply();
    if (reply) this.#ports.get(reply.pid)?.reply(reply.reply);
    return reply !== null;
  }

  #act(action: KernelAction): void {
    switch (action.kind) {
      case 'start':
        this.#start(action);
        break;
      case 'end': {
        const port = this.#ports.get(action.pid);
        this.#ports.delete(action.pid);
        this.#events.delete(action.pid);
        this.#outside.delete(action.pid);
        this.#rings?.close(action.pid);
        if (action.running) port?.end(action.status);
        this.#whenEnded.get(action.pid)?.(action.status);
        this.#whenEnded.delete(action.pid);
        if (this.#ports.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
        break;
      }
      case 'signal':
        if (!this.#hasHad(action)) this.#ports.get(action.pid)?.signal(action.signal);
        break;
      case 'keep':
        this.#kernel.fileKept(action.number, this.#keep(action));
        break;
      case 'close':
        this.#starter.closeFile?.(action.handle);
        break;
      default:
        break; // a stopped process waits for its reply by itself; there are no streams of the host's yet
    }
  }

  /** A signal that a program of the machine's has from there, or that is of its pump, its only child here. */
  #hasHad({ pid, signal }: KernelAction & { kind: 'signal' }): boolean {
    return this.#outside.has(pid) && (this.#fromTerminal || signal === SIGCHLD);
  }

  #keep({ handle, flags }: KernelAction & { kind: 'keep' }): number {
    try {
      return this.#starter.keepFile?.(handle, flags) ?? -errnoNumber('EOPNOTSUPP');
    } catch (error) {
      return -errnoOf(error);
    }
  }

  #start(action: KernelAction & { kind: 'start' }): void {
    const { pid } = action;
    const note = new TextDecoder().decode(action.note);
    const pumped = note.startsWith(kPumpNote) ? Number(note.slice(kPumpNote.length)) : 0;
    if (this.#pumps.has(pumped)) {
      this.#pumps.set(pumped, pid);
      return;
    }
    const start = readStart(note);
    if (!start) {
      this.#refuse(pid);
      return;
    }
    const old = action.replaces ? this.#ports.get(pid) : null;
    this.#ports.delete(pid);
    this.#rings?.close(pid);
    try {
      const port = this.#startProgram(action, start);
      if (port) this.#ports.set(pid, port);
      else this.#kernel.processKilled(pid, SIGKILL);
    } catch {
      this.#kernel.processKilled(pid, SIGKILL); // as when there is no memory for it
    }
    // The new one has what it was given: the host may close what the old one had open.
    if (old?.replaced) old.replaced();
    else old?.end(0);
  }

  /** Null when there is no room for what it needs. */
  #startProgram(
    { pid, outside, descriptors }: KernelAction & { kind: 'start' },
    start: ProcessStart,
  ): ProcessPort | null {
    const events: ProcessEvents = {
      receive: (message) => {
        if (this.#events.get(pid) === events) this.#receive(pid, message);
      },
      vanished: (signal) => {
        if (this.#events.get(pid) === events) this.killed(pid, signal);
      },
    };
    this.#events.set(pid, events);
    const starter = this.#starter;
    if (!outside || !starter.startOutside) {
      this.#closeOnExec(pid, descriptors);
      return starter.start(pid, start, events, () => this.#rings?.open(pid) ?? null);
    }
    const pump = descriptors.length === 0 ? kNoPump : this.#pumpFor(pid, descriptors);
    if (!pump) return null;
    this.#outside.add(pid);
    try {
      return starter.startOutside(pid, start, events, pump);
    } catch (error) {
      pump.end();
      throw error;
    }
  }

  /** What a process has been given is its children's only when they are given it, too. */
  #closeOnExec(pid: number, descriptors: readonly number[]): void {
    for (const descriptor of descriptors) {
      const control = request(Request.control).u32(descriptor).u32(kSetFlags).u32(kCloseOnExec);
      this.#kernel.submit(pid, control.take());
    }
  }

  /** A child of the process, with its descriptors in the place of the process; null when there are too many. */
  #pumpFor(pid: number, descriptors: readonly number[]): Pump | null {
    const spawn = request(Request.spawn).text('').texts([]).texts([]).flag(false).u32(0);
    spawn.u32(descriptors.length);
    for (const descriptor of descriptors) spawn.u32(descriptor);
    // In a session of its own, and as one that signals do nothing to.
    spawn.flag(false).flag(true).flag(false).flag(false).u64(0n).flag(true);
    this.#pumps.set(pid, null);
    this.#kernel.submit(pid, spawn.raw(bytesFromText(`${kPumpNote}${String(pid)}`)).take());
    for (const descriptor of descriptors)
      this.#kernel.submit(pid, request(Request.close).u32(descriptor).take());
    this.#takeActions();
    const pump = this.#pumps.get(pid) ?? null;
    this.#pumps.delete(pid);
    if (pump === null) return null;
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
        client.end();
        this.exited(pump, 0);
      },
    };
  }

  #receive(pid: number, message: unknown): void {
    if (!isFromProcess(message)) {
      this.#refuse(pid);
      return;
    }
    this.#rings?.look(pid); // what was said before
    switch (message.kind) {
      case 'request':
        if (message.sequence === undefined) this.submit(pid, message.bytes);
        else this.#rings?.receive(pid, message.sequence, message.bytes);
        break;
      case 'exit':
        this.exited(pid, message.code);
        break;
      case 'killed':
        this.killed(pid, message.signal);
        break;
      case 'look':
      case 'started':
        break;
    }
  }

  /** Ends a process that says what makes no sense. */
  #refuse(pid: number): void {
    const port = this.#ports.get(pid);
    this.killed(pid, SIGSYS);
    port?.end(SIGSYS);
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

/** Null for what is none. */
function readStart(note: string): ProcessStart | null {
  try {
    const start = JSON.parse(note) as ProcessStart | null;
    return Array.isArray(start?.descriptors) ? start : null;
  } catch {
    return null;
  }
}
