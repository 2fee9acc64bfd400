// SPDX-License-Identifier: Apache-2.0
// How long the program has waited: hosts do not tell a Worker its CPU time, but what is not waited for is computed.

type Result = Promise<number> | number;

export class IdleClock {
  #milliseconds = 0;

  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Runs `wait` and counts the time until its result is there. */
  during(wait: () => Result): Result {
    const start = performance.now();
    const result = wait();
    const count = (value: number): number => {
      this.#milliseconds += performance.now() - start;
      return value;
    };
    return typeof result === 'number' ? count(result) : result.then(count);
  }
}
