// SPDX-License-Identifier: Apache-2.0
// The signal that waits to be taken by the interpreter, and whoever has to be woken by it.

export const SIGINT = 2;

export class Signals {
  #pending = 0;
  #wakers = new Set<() => void>();

  get pending(): boolean {
    return this.#pending !== 0;
  }

  deliver(signal: number): void {
    this.#pending = signal;
    const wakers = this.#wakers;
    this.#wakers = new Set();
    for (const wake of wakers) wake();
  }

  /** The pending signal or 0; it is gone afterwards. */
  take(): number {
    const signal = this.#pending;
    this.#pending = 0;
    return signal;
  }

  /** Calls `wake` once at the next signal; returns what to call to forget it. */
  onNext(wake: () => void): () => void {
    this.#wakers.add(wake);
    return () => this.#wakers.delete(wake);
  }
}
