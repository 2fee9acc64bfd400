// SPDX-License-Identifier: Apache-2.0
// The clocks of WASI in a page or a Worker: nanoseconds.

import type { IdleClock } from '../common/idle-clock.ts';
import { Clock, Errno } from './preview1.ts';
import { Refusal } from './refusal.ts';

const kNanosecondsPerMillisecond = 1e6;
/** What engines round their times to, unless the page is isolated. */
const kResolution = 100_000n;
/** Milliseconds by which the fine clock may be off, as it stands still while a machine sleeps. */
const kTolerance = 20;

function nanoseconds(milliseconds: number): bigint {
  // In two parts: the whole is beyond what a number holds exactly.
  const whole = Math.floor(milliseconds);
  return (
    BigInt(whole) * BigInt(kNanosecondsPerMillisecond) +
    BigInt(Math.floor((milliseconds - whole) * kNanosecondsPerMillisecond))
  );
}

export class Clocks {
  readonly #idle: IdleClock;
  readonly #start = performance.now();
  #origin = Date.now() - performance.now();

  constructor(idle: IdleClock) {
    this.#idle = idle;
  }

  realTime(): bigint {
    const fine = performance.now();
    const coarse = Date.now();
    if (Math.abs(this.#origin + fine - coarse) > kTolerance) this.#origin = coarse - fine;
    return nanoseconds(this.#origin + fine);
  }

  monotonic(): bigint {
    return nanoseconds(performance.now());
  }

  read(clock: number): bigint {
    switch (clock) {
      case Clock.realTime:
        return this.realTime();
      case Clock.monotonic:
        return this.monotonic();
      case Clock.processTime:
      case Clock.threadTime:
        return nanoseconds(Math.max(0, performance.now() - this.#start - this.#idle.milliseconds));
      default:
        throw new Refusal(Errno.inval);
    }
  }

  resolution(clock: number): bigint {
    this.read(clock);
    return kResolution;
  }
}
