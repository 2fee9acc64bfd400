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

/** Of what takes no answer. */
const kNever: PendingReply = { reply: new Promise(() => undefined), cancel: () => undefined };

export class LocalConnection implements KernelConnection {
  readonly pid: number;
  readonly #options: LocalOptions;
  readonly #dispositions = new Map<number, number>();
  readonly #tickets = new Tickets((message) => {
    this.tell(message);
  });
  #hub: ProcessHub | null = null;
  #isReplaced = false;
  #replace: () => void = () => undefined;
  /** Resolves when another program has taken the place of the one here, which is heard no more. */
  readonly replaced: Promise<void>;
  #ended = new Promise<number>(() => undefined);

  constructor(options: LocalOptions) {
    this.pid = options.pid;
    this.#options = options;
    this.replaced = new Promise((resolve) => {
      this.#replace = resolve;
    });
  }

  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /**
   * Resolves to the status of wait(2) with which this process ends: `program` that runs here and resolves to its exit code,
   * or what has taken its place.
   */
  statusOf(program: Promise<number>): Promise<number> {
    const own = program.then((code) => {
      this.#hub?.exited(this.pid, code);
      return (code & 0xff) << 8;
    });
    return Promise.race([own, this.replaced.then(() => this.#ended)]);
  }

  /** Null while nothing was asked of the kernel. */
  get hub(): ProcessHub | null {
    return this.#hub;
  }

  ask(message: KernelMessage): Uint8Array | PendingReply {
    if (this.#isReplaced) return kNever;
    const hub = this.#start();
    return this.#tickets.during(this.#tickets.give(message), () => {
      hub.submit(this.pid, message);
      // What it waits for is often what another process is about to do.
      if (!this.#tickets.isAnswered) hub.serveUntil(() => this.#tickets.isAnswered);
    });
  }

  tell(message: KernelMessage): void {
    if (this.#isReplaced) return;
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
    const hub = (this.#hub = new ProcessHub(new Kernel(module()), starter));
    hub.addRoot(pid, directory, {
      reply: (bytes) => {
        this.#tickets.settle(bytes);
      },
      signal: (signal) => {
        signals.deliver(signal);
      },
      end,
      replaced: () => {
        this.#isReplaced = true;
        this.#ended = hub.whenEnded(pid);
        this.#replace();
      },
    });
    for (const [signal, disposition] of this.#dispositions) this.#tellDisposition(signal, disposition);
    return this.#hub;
  }

  #tellDisposition(signal: number, disposition: number): void {
    this.tell(dispositionRequest(signal, disposition));
  }
}
