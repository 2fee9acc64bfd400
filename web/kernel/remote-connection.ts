// SPDX-License-Identifier: Apache-2.0
// The kernel for a process in a Worker: messages to the hub and back.

import type { KernelConnection, KernelMessage, PendingReply } from '../common/kernel-connection.ts';
import { request, Request, setTicket, ticketOfReply } from '../common/kernel-wire.ts';
import type { Signals } from '../common/signals.ts';
import { dispositionRequest } from './local-connection.ts';
import type { FromProcess, ToProcess } from './messages.ts';

/** Smaller ones are copied faster than handed over. */
const kTransferred = 4096;

export class RemoteConnection implements KernelConnection {
  readonly pid: number;
  readonly #post: (message: FromProcess, transfer: ArrayBuffer[]) => void;
  readonly #signals: Signals;
  readonly #waiting = new Map<number, (reply: Uint8Array) => void>();
  #lastTicket = 0;

  constructor(pid: number, signals: Signals, post: (message: FromProcess, transfer: ArrayBuffer[]) => void) {
    this.pid = pid;
    this.#signals = signals;
    this.#post = post;
  }

  ask(message: KernelMessage): PendingReply {
    const ticket = this.#send(message);
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
    const ticket = ticketOfReply(message.bytes);
    this.#waiting.get(ticket)?.(message.bytes);
    this.#waiting.delete(ticket);
  }

  #send(bytes: KernelMessage): number {
    this.#lastTicket = (this.#lastTicket + 1) >>> 0;
    setTicket(bytes, this.#lastTicket);
    this.#post({ kind: 'request', bytes }, bytes.length >= kTransferred ? [bytes.buffer] : []);
    return this.#lastTicket;
  }
}
