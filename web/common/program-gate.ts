// SPDX-License-Identifier: Apache-2.0
// Keeps all of a program from running while it asks for another one in its place, and for good when it gets it.

import type { Jspi } from './jspi.ts';

export class ProgramGate {
  #opened: Promise<void> | null = null;
  #open = (): void => undefined;

  /** Nothing that waits goes on, and no thread starts. */
  close(): void {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#opened = null;
    this.#open();
  }

  /** The same for all that is made with it: who has waited runs only while the gate is open. */
  over(jspi: Jspi): Jspi {
    const pass = <T>(result: T): T | Promise<T> => this.#opened?.then(() => pass(result)) ?? result;
    const fail = async (reason: unknown): Promise<never> => {
      while (this.#opened) await this.#opened;
      throw reason;
    };
    return {
      promising: (run) => {
        const start = jspi.promising(run);
        return (...args) => this.#opened?.then(() => start(...args)) ?? start(...args);
      },
      suspending: (run) =>
        jspi.suspending((...args: never[]) => {
          const result = run(...args);
          return result instanceof Promise ? result.then(pass, fail) : result;
        }),
    };
  }
}
