// SPDX-License-Identifier: Apache-2.0
// What runs inside the shell goes on from promise to promise, and no timer or message gets its turn between two of
// them. So loops and pipes in memory take a breath, and now and then that is a turn of the event loop.

import type { ShellHost } from './shell-host.ts';

const kLongestMs = 20;
/** Clocks cost more than what is done between two breaths. */
const kBetweenLooks = 32;

export class Breath {
  readonly #host: ShellHost;
  #count = 0;
  #last = performance.now();

  constructor(host: ShellHost) {
    this.#host = host;
  }

  async take(): Promise<void> {
    if (++this.#count % kBetweenLooks !== 0) return;
    if (performance.now() - this.#last < kLongestMs) return;
    await this.#host.sleep(0);
    this.#last = performance.now();
  }
}
