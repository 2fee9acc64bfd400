// SPDX-License-Identifier: Apache-2.0
// The program's threads, as the host sees them: WebAssembly stacks of which one runs and the others wait
// (runtime/suspension.h, runtime/threads).

import type { IdleClock } from './idle-clock.ts';
import type { Jspi } from './jspi.ts';
import type { Signals } from './signals.ts';
import { after } from './timer.ts';

/** How a wait ended; `Wake` in runtime/suspension.h. */
export const kWoken = 0;
export const kTimedOut = 1;
export const kSignal = 2;
export const kRefused = 3;

/** One turn of the host's event loop, so that timers, messages and signals get through. Several may be waited for. */
export type EventLoopTurn = () => Promise<void>;

export interface ThreadHost {
  readonly signals: Signals;
  readonly turn: EventLoopTurn;
  readonly idle: IdleClock;
}

export class Threads {
  readonly #jspi: Jspi;
  readonly #host: ThreadHost;
  /** What ends the wait of a thread that waits. */
  readonly #waits = new Map<number, (result: number) => void>();
  #run: ((thread: number) => Promise<number>) | null = null;
  #fail: (reason: unknown) => void = () => undefined;
  /** Rejects when a thread ends the program, by exit() or by breaking down. */
  readonly failure: Promise<never>;

  constructor(jspi: Jspi, host: ThreadHost) {
    this.#jspi = jspi;
    this.#host = host;
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => undefined); // who waits for it hears of it
  }

  /** `run` is an export that runs a thread to its end. */
  attach(run: (thread: number) => void): void {
    this.#run = this.#jspi.promising(run);
  }

  /** Waits until `thread` is woken, the time is over (if it is not negative), `event` has come or a signal. */
  wait(
    thread: number,
    ms: number,
    mayBeInterrupted: boolean,
    event?: Promise<void>,
  ): Promise<number> | number {
    const { signals, idle } = this.#host;
    if (mayBeInterrupted && signals.pending) return kSignal;
    return new Promise((resolve) => {
      let stopTimer: (() => void) | undefined;
      let forget: (() => void) | undefined;
      const finish = (result: number): void => {
        if (this.#waits.get(thread) !== finish) return;
        this.#waits.delete(thread);
        stopTimer?.();
        forget?.();
        idle.endWait();
        resolve(result);
      };
      this.#waits.set(thread, finish);
      idle.beginWait();
      if (ms >= 0) stopTimer = this.#after(ms, finish);
      if (mayBeInterrupted)
        forget = signals.onNext(() => {
          finish(kSignal);
        });
      void event?.then(() => {
        finish(kWoken);
      });
    });
  }

  wake(thread: number): void {
    this.#waits.get(thread)?.(kWoken);
  }

  /** Returns 0, or 1 when there is nothing to run it with. */
  start(thread: number): number {
    const run = this.#run;
    if (run === null) return 1;
    const { idle } = this.#host;
    idle.addThread();
    queueMicrotask(() => {
      run(thread).then(
        () => {
          idle.removeThread();
        },
        (reason: unknown) => {
          this.#fail(reason);
        },
      );
    });
    return 0;
  }

  #after(ms: number, finish: (result: number) => void): () => void {
    if (ms === 0) {
      void this.#host.turn().then(() => {
        finish(kTimedOut);
      });
      return () => undefined;
    }
    return after(ms, () => {
      finish(kTimedOut);
    });
  }
}
