// SPDX-License-Identifier: Apache-2.0
// The kernel for a process in a Worker: messages to the hub and back, by memory that both have where there is some.

import type { KernelConnection, KernelMessage, PendingReply } from '../common/kernel-connection.ts';
import { dispositionRequest } from '../common/kernel-wire.ts';
import type { Signals } from '../common/signals.ts';
import type { FromProcess, ToProcess } from './messages.ts';
import { kReplyTag, ProcessEnd, type ProcessRings } from './process-rings.ts';
import { Tickets } from './tickets.ts';

/** Smaller ones are copied faster than handed over. */
const kTransferred = 4096;

export class RemoteConnection implements KernelConnection {
  readonly pid: number;
  readonly #post: (message: FromProcess, transfer: ArrayBuffer[]) => void;
  readonly #signals: Signals;
  readonly #end: ProcessEnd | null;
  readonly #tickets = new Tickets((message) => {
    this.tell(message);
  });
  readonly #receive = (tag: number, bytes: Uint8Array): void => {
    if (tag === kReplyTag) this.#tickets.settle(bytes);
    else this.#signals.deliver(tag);
  };

  constructor(
    pid: number,
    signals: Signals,
    post: (message: FromProcess, transfer: ArrayBuffer[]) => void,
    rings: ProcessRings | null = null,
  ) {
    this.pid = pid;
    this.#signals = signals;
    this.#post = post;
    const tell = (): void => {
      post({ kind: 'look' }, []);
    };
    this.#end = rings && new ProcessEnd(rings, this.#receive, tell);
  }

  ask(message: KernelMessage): Uint8Array | PendingReply {
    return this.#tickets.during(this.#tickets.give(message), () => {
      this.#send(message);
      this.#end?.lookFor(() => this.#tickets.isAnswered);
    });
  }

  tell(message: KernelMessage): void {
    this.#tickets.give(message);
    this.#send(message);
  }

  serve(): void {
    // The kernel is elsewhere.
  }

  setDisposition(signal: number, disposition: number): void {
    this.tell(dispositionRequest(signal, disposition));
  }

  receive(message: ToProcess): void {
    switch (message.kind) {
      case 'look':
        this.#end?.look();
        break;
      case 'signal':
        this.#signals.deliver(message.signal);
        break;
      case 'reply':
        this.#tickets.settle(message.bytes);
        break;
    }
  }

  #send(bytes: KernelMessage): void {
    const sequence = this.#end?.put(bytes);
    if (sequence === null) return;
    const copy = bytes.slice();
    const message: FromProcess = {
      kind: 'request',
      bytes: copy,
      ...(sequence !== undefined && { sequence }),
    };
    this.#post(message, copy.length >= kTransferred ? [copy.buffer] : []);
  }
}
