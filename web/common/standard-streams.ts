// SPDX-License-Identifier: Apache-2.0
// stdin, stdout and stderr of the program as the hosts provide them, and the waits that may suspend it.

import type { Signals } from './signals.ts';
import { errnoNumber } from './errno.ts';

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** Where the program's stdin comes from. */
export interface InputStream {
  readonly isTerminal: boolean;
  /** True when read() would not block: there are bytes, or the end is reached. */
  readonly ready: boolean;
  /** Resolves once `ready` is true. Calling it again while it is pending gives the same wait. */
  whenReady(): Promise<void>;
  /** Reads what is there, at least one byte; 0 means end of file. Blocks where the host can, else throws EAGAIN. */
  read(into: Uint8Array): number;
}

/** Where stdout or stderr goes. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** Writes all of it, or throws a HostError (EPIPE when nobody reads any more). */
  write(bytes: Uint8Array): void;
}

export interface StandardStreams {
  readonly input: InputStream;
  readonly output: OutputStream;
  readonly error: OutputStream;
  /** The terminal's size, asked for when one of the streams is a terminal. */
  windowSize(): WindowSize;
}

/** One turn of the host's event loop, so that timers, messages and signals get through. */
export type EventLoopTurn = () => Promise<void>;

/** What the interpreter's blocking primitives end in. Each may suspend the WebAssembly stack. */
export interface Waits {
  /** Waits until the input stream is ready; a negative timeout waits for ever. */
  waitReadable(timeoutMs: number): Promise<number> | number;
  sleep(ms: number): Promise<number> | number;
  yield(): Promise<number> | number;
}

export const kReady = 1;
const kTimedOut = 0;
/** Timers of every host overflow behind this. */
const kLongestTimer = 2 ** 31 - 1;

/** The waits of a host whose WebAssembly stacks can be suspended. */
export class SuspendingWaits implements Waits {
  readonly #input: InputStream;
  readonly #signals: Signals;
  readonly #turn: EventLoopTurn;

  constructor(input: InputStream, signals: Signals, turn: EventLoopTurn) {
    this.#input = input;
    this.#signals = signals;
    this.#turn = turn;
  }

  async waitReadable(timeoutMs: number): Promise<number> {
    if (this.#signals.pending) return interrupted();
    if (this.#input.ready) return kReady;
    const woken = await this.#until(timeoutMs < 0 ? Infinity : timeoutMs, this.#input.whenReady());
    if (woken) return interrupted();
    return this.#input.ready ? kReady : kTimedOut;
  }

  async sleep(ms: number): Promise<number> {
    if (this.#signals.pending) return interrupted();
    return (await this.#until(ms)) ? interrupted() : 0;
  }

  async yield(): Promise<number> {
    await this.#turn();
    return 0;
  }

  /** Waits for the deadline or for `event`; true when a signal came first. */
  async #until(ms: number, event?: Promise<void>): Promise<boolean> {
    const deadline = performance.now() + ms;
    let finished = false;
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0 || finished) return false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let forget: (() => void) | undefined;
      const signalled = await new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, Math.min(Math.ceil(left), kLongestTimer), false);
        forget = this.#signals.onNext(() => {
          resolve(true);
        });
        void event?.then(() => {
          finished = true;
          resolve(false);
        });
      });
      clearTimeout(timer);
      forget?.();
      if (signalled) return true;
    }
  }
}

function interrupted(): number {
  return -errnoNumber('EINTR');
}
