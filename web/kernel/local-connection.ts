// SPDX-License-Identifier: Apache-2.0
// The kernel for the process that it lives with: function calls. It is started when the first thing is asked of it, since
// most programs never do.

import type { KernelConnection, KernelMessage, PendingReply } from '../common/kernel-connection.ts';
import { dispositionRequest } from '../common/kernel-wire.ts';
import type { Signals } from '../common/signals.ts';
import { ProcessHub, type ProcessStarter } from './hub.ts';
import { Kernel } from './kernel.ts';
import { Tickets } from './tickets.ts';

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
  readonly #tickets = new Tickets((message) => {
    this.tell(message);
  });
  #hub: ProcessHub | null = null;

  constructor(options: LocalOptions) {
    this.pid = options.pid;
    this.#options = options;
  }

  /** Null while nothing was asked of the kernel. */
  get hub(): ProcessHub | null {
    return this.#hub;
  }

  ask(message: KernelMessage): Uint8Array | PendingReply {
    const hub = this.#start();
    return this.#tickets.during(this.#tickets.give(message), () => {
      hub.submit(this.pid, message);
      // What it waits for is often what another process is about to do.
      if (!this.#tickets.isAnswered) hub.serveUntil(() => this.#tickets.isAnswered);
    });
  }

  tell(message: KernelMessage): void {
    this.#tickets.give(message);
    this.#start().submit(this.pid, message);
  }

  serve(): void {
    this.#hub?.serve();
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
        this.#tickets.settle(bytes);
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
}
