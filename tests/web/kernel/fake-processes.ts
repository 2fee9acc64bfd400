// SPDX-License-Identifier: Apache-2.0
// A hub over the real kernel, whose processes are the test's.
import {
  answerOf,
  request,
  Request,
  setTicket,
  ticketOfReply,
  type Answer,
} from '../../../web/common/kernel-wire.ts';
import type { InheritedDescriptor, ProcessStart } from '../../../web/common/process-start.ts';
import { executeRequest, spawnRequest } from '../../../web/common/process-start.ts';
import {
  ProcessHub,
  type ProcessEvents,
  type ProcessPort,
  type ProcessStarter,
  type Pump,
} from '../../../web/kernel/hub.ts';
import { makeKernel } from './kernel-module.ts';

/** A process that does what the test says. */
export class FakeProcess implements ProcessPort {
  readonly start: ProcessStart | null;
  readonly pump: Pump | null;
  readonly signals: number[] = [];
  /** What end() was called with. */
  ended: number | null = null;
  /** Of an Exit or a message to the hub: what it says to it. */
  events: ProcessEvents | null;
  pid: number;
  #lastTicket = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  constructor(
    pid: number,
    start: ProcessStart | null,
    events: ProcessEvents | null,
    pump: Pump | null = null,
  ) {
    this.pid = pid;
    this.start = start;
    this.events = events;
    this.pump = pump;
  }

  reply(bytes: Uint8Array): void {
    const ticket = ticketOfReply(bytes);
    this.#waiting.get(ticket)?.(answerOf(bytes.slice()));
    this.#waiting.delete(ticket);
  }
  signal(signal: number): void {
    this.signals.push(signal);
  }
  end(status: number): void {
    this.ended = status;
  }

  get unanswered(): number {
    return this.#waiting.size;
  }

  ask(message: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const ticket = ++this.#lastTicket;
    const answer = new Promise<Answer>((resolve) => {
      this.#waiting.set(ticket, resolve);
    });
    setTicket(message, ticket);
    this.events?.receive({ kind: 'request', bytes: message });
    return answer;
  }

  async pipe(): Promise<readonly [reader: number, writer: number]> {
    const { value, second } = await this.ask(request(Request.makePipe).u32(kCloseOnExec).take());
    return [value, second];
  }
  read(handle: number, count = 65536): Promise<Answer> {
    return this.ask(request(Request.read).u32(handle).u32(count).take());
  }
  write(handle: number, bytes: Uint8Array): Promise<Answer> {
    return this.ask(request(Request.write).u32(handle).raw(bytes).take());
  }
  close(handle: number): Promise<Answer> {
    return this.ask(request(Request.close).u32(handle).take());
  }
  wait(pid = -1): Promise<Answer> {
    return this.ask(request(Request.wait).u32(pid).u32(0).take());
  }
  kill(pid: number, signal: number): Promise<Answer> {
    return this.ask(request(Request.kill).u32(pid).u32(signal).take());
  }
  handle(signal: number): Promise<Answer> {
    return this.ask(request(Request.setAction).u32(signal).flag(true).u8(2).u32(0).take());
  }
  spawn(given: Partial<ProcessStart> = {}, options: Partial<Options> = {}): Promise<Answer> {
    const all = { group: null, defaults: 0n, isOutside: false, ...options };
    return this.ask(spawnRequest(startOf(given), all));
  }
  execute(given: Partial<ProcessStart> = {}, isOutside = false): Promise<Answer> {
    return this.ask(executeRequest(startOf(given), isOutside));
  }
  exit(code: number): void {
    this.events?.receive({ kind: 'exit', code });
  }
}

type Options = NonNullable<Parameters<typeof spawnRequest>[1]>;

const kCloseOnExec = 0o2000000;

export function startOf(given: Partial<ProcessStart> = {}): ProcessStart {
  return {
    program: '/bin/program',
    args: ['program'],
    env: {},
    directory: '/',
    umask: 0o022,
    newSession: false,
    descriptors: [],
    ignored: [],
    blocked: [],
    ...given,
  };
}

/** One of the kernel's, as a process gets it. */
export function kernelDescriptor(fd: number, handle: number, flags: number): InheritedDescriptor {
  return { kind: 'kernel', fd, flags, handle, type: 0o010000 };
}

export interface FakeHub {
  readonly hub: ProcessHub;
  readonly root: FakeProcess;
  /** All that were started, in order. */
  readonly started: FakeProcess[];
  /** The one that was started last. */
  last(): FakeProcess;
}

export function fakeHub(starter: Partial<ProcessStarter> = {}): FakeHub {
  const started: FakeProcess[] = [];
  const add = (process: FakeProcess): FakeProcess => {
    started.push(process);
    return process;
  };
  const hub = new ProcessHub(makeKernel(), {
    start: (pid, start, events) => add(new FakeProcess(pid, start, events)),
    startOutside: (pid, start, events, pump) => add(new FakeProcess(pid, start, events, pump)),
    ...starter,
  });
  const root = new FakeProcess(0, null, {
    receive: (message) => {
      if (message.kind === 'request') hub.submit(root.pid, message.bytes);
      if (message.kind === 'exit') hub.exited(root.pid, message.code);
    },
    vanished: () => undefined,
  });
  root.pid = hub.addRoot(4711, '/', root);
  return {
    hub,
    root,
    started,
    last: () => {
      const process = started.at(-1);
      if (!process) throw new Error('nothing was started');
      return process;
    },
  };
}
