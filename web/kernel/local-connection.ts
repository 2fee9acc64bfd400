// SPDX-License-Identifier: Apache-2.0
// The kernel for the process that it lives with: function calls. It is started when the first thing is asked of it, since
// most programs never do.

import type { KernelConnection, KernelMessage, PendingReply } from '../common/kernel-connection.ts';
import { request, Request, setTicket, ticketOfReply } from '../common/kernel-wire.ts';
import type { Signals } from '../common/signals.ts';
import { ProcessHub, type ProcessStarter } from './hub.ts';
import { Kernel } from './kernel.ts';

export interface LocalOptions {
  /** kernel.wasm, when it is wanted. */
  readonly module: () => WebAssembly.Module;
  readonly starter: ProcessStarter;
  readonly signals: Signals;
  readonly pid: number;
  readonly directory: string;
  /** Ends this process, as a signal that another has sent it does. */
  readonly end: (status: number) => void;
}

export class LocalConnection implements KernelConnection {
  readonly pid: number;
  readonly #options: LocalOptions;
  readonly #dispositions = new Map<number, number>();
  readonly #waiting = new Map<number, (reply: Uint8Array) => void>();
  #hub: ProcessHub | null = null;
  #lastTicket = 0;
  /** The reply to the request that is being made right now. */
  #reply: { readonly ticket: number; bytes: Uint8Array | null } | null = null;

  constructor(options: LocalOptions) {
    this.pid = options.pid;
    this.#options = options;
  }

  /** Null while nothing was asked of the kernel. */
  get hub(): ProcessHub | null {
    return this.#hub;
  }

  ask(message: KernelMessage): Uint8Array | PendingReply {
    const ticket = this.#nextTicket();
    setTicket(message, ticket);
    const expected: { readonly ticket: number; bytes: Uint8Array | null } = { ticket, bytes: null };
    this.#reply = expected;
    this.#start().submit(this.pid, message);
    this.#reply = null;
    if (expected.bytes) return expected.bytes;
    const reply = new Promise<Uint8Array>((resolve) => {
      this.#waiting.set(ticket, resolve);
    });
    return {
      reply,
      cancel: () => {
        this.tell(request(Request.cancel).u32(ticket).take());
      },
    };
  }

  tell(message: KernelMessage): void {
    setTicket(message, this.#nextTicket());
    this.#start().submit(this.pid, message);
  }

  setDisposition(signal: number, disposition: number): void {
    this.#dispositions.set(signal, disposition);
    if (this.#hub) this.#tellDisposition(signal, disposition);
  }

  #start(): ProcessHub {
    if (this.#hub) return this.#hub;
    const { module, starter, pid, directory, signals, end } = this.#options;
    this.#hub = new ProcessHub(new Kernel(module()), starter);
    this.#hub.addRoot(pid, directory, {
      reply: (bytes) => {
        this.#receive(bytes);
      },
      signal: (signal) => {
        signals.deliver(signal);
      },
      end,
    });
    for (const [signal, disposition] of this.#dispositions) this.#tellDisposition(signal, disposition);
    return this.#hub;
  }

  #tellDisposition(signal: number, disposition: number): void {
    this.tell(dispositionRequest(signal, disposition));
  }

  #receive(bytes: Uint8Array): void {
    const ticket = ticketOfReply(bytes);
    if (this.#reply?.ticket === ticket) this.#reply.bytes = bytes;
    this.#waiting.get(ticket)?.(bytes);
    this.#waiting.delete(ticket);
  }

  #nextTicket(): number {
    this.#lastTicket = (this.#lastTicket + 1) >>> 0;
    return this.#lastTicket;
  }
}

export function dispositionRequest(signal: number, disposition: number): KernelMessage {
  return request(Request.setAction).u32(signal).flag(true).u8(disposition).u32(0).take();
}
