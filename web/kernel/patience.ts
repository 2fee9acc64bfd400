// SPDX-License-Identifier: Apache-2.0
// How long a thread looks for what another is about to say before it lets the event loop turn.

/** In milliseconds: some times what a busy neighbour takes for an answer, and much less than anybody notices. */
const kWhole = 0.2;
/** The first part of it does not even let the processor sleep, which takes as long to wake as a short answer. */
const kSpin = 0.02;
/** How many times at most it sleeps at once after it has looked in vain. */
const kMostSleeps = 63;

export class Patience {
  /** How many times it will sleep at once, and how many after the next vain look: spinning takes power from neighbours. */
  #sleeps = 0;
  #next = 0;
  readonly #now: () => number;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Looks again and again until `isDone`, or for a moment; `wait` blocks for so many milliseconds at most. */
  lookFor(isDone: () => boolean, look: () => void, wait: (milliseconds: number) => void): void {
    const spin = this.#sleeps > 0 ? 0 : kSpin;
    const begin = this.#now();
    for (;;) {
      look();
      const spent = this.#now() - begin;
      if (isDone()) {
        if (spin > 0) this.#note(spent < spin);
        else this.#sleeps -= 1;
        return;
      }
      if (spent >= kWhole) return; // it says nothing of short answers
      if (spent >= spin) wait(kWhole - spent);
    }
  }

  #note(isQuick: boolean): void {
    this.#next = isQuick ? 0 : Math.min(this.#next * 2 + 1, kMostSleeps);
    this.#sleeps = this.#next;
  }
}
