// SPDX-License-Identifier: Apache-2.0
// Signals from outside: those that have come and not been taken yet, and whoever has to be woken by one.

import { after } from './timer.ts';

export const SIGINT = 2;
export const SIGALRM = 14;
export const SIGWINCH = 28;
/** What shells add to the number of the signal that ended a program. */
const kExitSignalled = 128;

/** What is to become of a signal; the numbers of runtime/host_imports.h. */
export type Disposition = 'default' | 'ignored' | 'handled';
export const kDispositions: readonly Disposition[] = ['default', 'ignored', 'handled'];

/** What a host does about signals. */
export interface SignalHost {
  /** Handled signals are delivered from now on, ignored ones do nothing, the others what they do by default. */
  watch(signal: number, disposition: Disposition): void;
  /** Ends or stops the program, as a signal does by default. Returns when the program is to go on. */
  act(signal: number): void;
}

export class Signals {
  readonly #pending = new Set<number>();
  #wakers = new Set<() => void>();
  #stopAlarm: () => void = () => undefined;
  #alarm: { readonly at: number; readonly interval: number } | null = null;

  /** The milliseconds until the next SIGALRM, and between those that follow; null without one. */
  get alarm(): { readonly left: number; readonly interval: number } | null {
    return this.#alarm && { left: this.#alarm.at - performance.now(), interval: this.#alarm.interval };
  }

  get pending(): boolean {
    return this.#pending.size > 0;
  }

  deliver(signal: number): void {
    this.#pending.add(signal);
    this.interrupt();
  }

  /** Wakes as a signal does: one that the program has sent itself. */
  interrupt(): void {
    const wakers = this.#wakers;
    this.#wakers = new Set();
    for (const wake of wakers) wake();
  }

  /** The signal that has waited longest, or 0; it is gone afterwards. */
  take(): number {
    for (const signal of this.#pending) {
      this.#pending.delete(signal);
      return signal;
    }
    return 0;
  }

  /** Calls `wake` once at the next signal; returns what to call to forget it. */
  onNext(wake: () => void): () => void {
    this.#wakers.add(wake);
    return () => this.#wakers.delete(wake);
  }

  /** SIGALRM after `first` milliseconds and then after each `interval`, if that is not 0; a `first` of 0 ends it. */
  setAlarm(first: number, interval: number): void {
    this.#stopAlarm();
    this.#stopAlarm = () => undefined;
    this.#alarm = first > 0 ? { at: performance.now() + first, interval } : null;
    if (first <= 0) return;
    this.#stopAlarm = after(first, () => {
      this.setAlarm(interval, interval);
      this.deliver(SIGALRM);
    });
  }
}

/** Of a status as wait(2) has it: the signal that has ended a process, or 0. */
export function signalOf(status: number): number {
  return status & 0x7f;
}

/** The exit code that shells show for a status. */
export function exitCodeOf(status: number): number {
  const signal = signalOf(status);
  return signal === 0 ? (status >> 8) & 0xff : kExitSignalled + signal;
}

/** The signals whose default is to do nothing, and those that stop a program. */
const kHarmless: readonly number[] = [17, 18, 23, 28];
const kStopping: readonly number[] = [19, 20, 21, 22];

export function isHarmless(signal: number): boolean {
  return kHarmless.includes(signal);
}

export function isStopping(signal: number): boolean {
  return kStopping.includes(signal);
}

/** Leaves the program's stack as Emscripten's exit() does, with the exit code that shells show. */
export function endBySignal(signal: number): never {
  throw Object.assign(new Error(`ended by signal ${String(signal)}`), {
    name: 'ExitStatus',
    status: kExitSignalled + signal,
  });
}

/** A host with nobody outside: what ends a program ends it with the exit code that shells show. */
export const kLonelySignals: SignalHost = {
  watch: () => undefined,
  act: (signal) => {
    if (isHarmless(signal) || isStopping(signal)) return;
    endBySignal(signal);
  },
};
