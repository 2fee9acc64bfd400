// SPDX-License-Identifier: Apache-2.0
// The kernel for a process in a Worker: messages to the hub and back.

import type { KernelConnection, KernelMessage, PendingReply } from '../common/kernel-connection.ts';
import { dispositionRequest } from '../common/kernel-wire.ts';
import type { Signals } from '../common/signals.ts';
import type { FromProcess, ToProcess } from './messages.ts';
import { Tickets } from './tickets.ts';

/** Smaller ones are copied faster than handed over. */
const kTransferred = 4096;

export class RemoteConnection implements KernelConnection {
  readonly pid: number;
  readonly #post: (message: FromProcess, transfer: ArrayBuffer[]) => void;
  readonly #signals: Signals;
  readonly #tickets = new Tickets((message) => {
    this.tell(message);
  });

  constructor(pid: number, signals: Signals, post: (message: FromProcess, transfer: ArrayBuffer[]) => void) {
    this.pid = pid;
    this.#signals = signals;
    this.#post = post;
  }

  ask(message: KernelMessage): PendingReply {
    return this.#tickets.wait(this.#send(message));
  }

  tell(message: KernelMessage): void {
    this.#send(message);
  }

  setDisposition(signal: number, disposition: number): void {
    this.tell(dispositionRequest(signal, disposition));
  }

  receive(message: ToProcess): void {
    if (message.kind === 'signal') {
      this.#signals.deliver(message.signal);
      return;
    }
    this.#tickets.settle(message.bytes);
  }

  #send(bytes: KernelMessage): number {
    const ticket = this.#tickets.give(bytes);
    this.#post({ kind: 'request', bytes }, bytes.length >= kTransferred ? [bytes.buffer] : []);
    return ticket;
  }
}
