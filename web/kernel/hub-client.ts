// SPDX-License-Identifier: Apache-2.0
// A process of the kernel's that has no program: the hub's host makes its requests.

import { answerOf, setTicket, ticketOfReply, type Answer } from '../common/kernel-wire.ts';
import type { ProcessPort } from './hub.ts';

/** What a process that is gone is answered. */
export const kGone: Answer = { error: 'ESRCH', value: -1, second: 0, data: new Uint8Array() };

export class HubClient implements ProcessPort {
  readonly #submit: (message: Uint8Array) => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastTicket = 0;
  #isOver = false;

  constructor(submit: (message: Uint8Array) => void) {
    this.#submit = submit;
  }

  ask(message: Uint8Array): Promise<Answer> {
    if (this.#isOver) return Promise.resolve(kGone);
    return new Promise((resolve) => {
      const ticket = ++this.#lastTicket;
      this.#waiting.set(ticket, resolve);
      setTicket(message, ticket);
      this.#submit(message);
    });
  }

  tell(message: Uint8Array): void {
    setTicket(message, ++this.#lastTicket);
    this.#submit(message);
  }

  reply(bytes: Uint8Array): void {
    const ticket = ticketOfReply(bytes);
    this.#waiting.get(ticket)?.(answerOf(bytes.slice()));
    this.#waiting.delete(ticket);
  }

  signal(): void {
    // It has no handlers.
  }

  /** The kernel answers nothing any more. */
  end(): void {
    this.#isOver = true;
    for (const answer of this.#waiting.values()) answer(kGone);
    this.#waiting.clear();
  }
}
