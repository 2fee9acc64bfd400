// SPDX-License-Identifier: Apache-2.0
// The requests of one process that have no reply yet, by the tickets that it gave them.

import type { KernelMessage, PendingReply } from '../common/kernel-connection.ts';
import { request, Request, setTicket, ticketOfReply } from '../common/kernel-wire.ts';

export class Tickets {
  readonly #tell: (message: KernelMessage) => void;
  readonly #waiting = new Map<number, (reply: Uint8Array) => void>();
  #expected: { readonly ticket: number; reply: Uint8Array | null } | null = null;
  /** Used again and again, since large ones are expensive to make. */
  #kept = new Uint8Array();
  #last = 0;

  /** `tell` makes a request of whose answer nobody wants to know. */
  constructor(tell: (message: KernelMessage) => void) {
    this.#tell = tell;
  }

  /** Gives the request its ticket. */
  give(message: KernelMessage): number {
    this.#last = (this.#last + 1) >>> 0;
    setTicket(message, this.#last);
    return this.#last;
  }

  /** The reply, at once when it comes while `act` runs; its bytes are then there until the next one. */
  during(ticket: number, act: () => void): Uint8Array | PendingReply {
    const expected: { readonly ticket: number; reply: Uint8Array | null } = { ticket, reply: null };
    this.#expected = expected;
    try {
      act();
    } finally {
      this.#expected = null;
    }
    return expected.reply ?? this.#wait(ticket);
  }

  /** Whether the reply that is expected right now has come. */
  get isAnswered(): boolean {
    return this.#expected?.reply != null;
  }

  #wait(ticket: number): PendingReply {
    const reply = new Promise<Uint8Array>((resolve) => {
      this.#waiting.set(ticket, resolve);
    });
    return {
      reply,
      cancel: () => {
        if (this.#waiting.has(ticket)) this.#tell(request(Request.cancel).u32(ticket).take());
      },
    };
  }

  #keep(reply: Uint8Array): Uint8Array {
    if (reply.length > this.#kept.length) this.#kept = new Uint8Array(reply.length);
    this.#kept.set(reply);
    return this.#kept.subarray(0, reply.length);
  }

  /** A reply that nobody waits for is none. Its bytes are there during the call only. */
  settle(reply: Uint8Array): void {
    const ticket = ticketOfReply(reply);
    if (this.#expected?.ticket === ticket) {
      this.#expected.reply = this.#keep(reply);
      return;
    }
    this.#waiting.get(ticket)?.(reply.slice());
    this.#waiting.delete(ticket);
  }
}
