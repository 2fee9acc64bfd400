// SPDX-License-Identifier: Apache-2.0
// How long the program has waited: hosts do not tell a Worker its CPU time, but what is not waited for is computed. The
// program waits while all of its threads do.

export class IdleClock {
  #milliseconds = 0;
  #threads = 1;
  #waiting = 0;
  /** When the last thread began to wait that did not. */
  #since = 0;

  get milliseconds(): number {
    return this.#milliseconds;
  }

  addThread(): void {
    this.#endIdling();
    this.#threads += 1;
  }

  removeThread(): void {
    this.#threads -= 1;
    this.#beginIdling();
  }

  beginWait(): void {
    this.#waiting += 1;
    this.#beginIdling();
  }

  endWait(): void {
    this.#endIdling();
    this.#waiting -= 1;
  }

  #beginIdling(): void {
    if (this.#waiting === this.#threads) this.#since = performance.now();
  }

  #endIdling(): void {
    if (this.#waiting === this.#threads) this.#milliseconds += performance.now() - this.#since;
  }
}
