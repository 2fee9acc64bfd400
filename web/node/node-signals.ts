// SPDX-License-Identifier: Apache-2.0
// Signals of the machine: which of them come to the program, and what they do to its process otherwise.

import os from 'node:os';

import { SIGINT, SIGWINCH, type Disposition, type SignalHost, type Signals } from '../common/signals.ts';
import { isCharacterDevice } from './node-streams.ts';

const kStdin = 0;
const kExitInterrupted = 130;
/** A second Ctrl-C this soon ends the process, if the program has not even noticed the first. */
const kSecondInterruptMs = 1000;
/** How long the machine may take to end a process. */
const kEndMs = 1000;

/** What ends programs and may be handled: SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM. */
const kEnding = [1, 2, 3, 10, 12, 14, 15];

/** What all processes at a terminal get from it. */
const kOfTerminal = [SIGINT, SIGWINCH];

const kNames = new Map(
  Object.entries(os.constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);

export class NodeSignals implements SignalHost {
  readonly #signals: Signals;
  readonly #share: (signal: number) => boolean;
  readonly #listeners = new Map<number, () => void>();
  readonly #dispositions = new Map<number, Disposition>();
  #lastInterrupt = -Infinity;
  #handOn: ((signal: number) => void) | null = null;

  /** `share` hands a signal on to all processes of the terminal, this one among them; false: there are no others. */
  constructor(signals: Signals, share: (signal: number) => boolean) {
    this.#signals = signals;
    this.#share = share;
    this.watch(SIGINT, 'handled'); // also while the interpreter starts
    // Other processes may want to know.
    if (isTerminal()) process.on('SIGWINCH', () => this.#receive(SIGWINCH));
  }

  watch(signal: number, disposition: Disposition): void {
    const name = kNames.get(signal);
    if (name === undefined) return;
    this.#dispositions.set(signal, disposition);
    if (signal === SIGWINCH && isTerminal()) return;
    const listener = this.#listeners.get(signal);
    // What is ignored now may soon be handled again: to listen costs more than to do nothing.
    if (disposition !== 'default' && !listener) this.#listen(signal, name);
    if (disposition === 'default' && listener) {
      process.removeListener(name, listener);
      this.#listeners.delete(signal);
    }
  }

  /** The program is over: what it has handled does to Node's process what it does by default. */
  letGo(): void {
    for (const [signal, disposition] of [...this.#dispositions])
      if (disposition === 'handled') this.watch(signal, 'default');
  }

  /** Another program runs in the process: what a signal does to it others know. */
  handOver(handOn: (signal: number) => void): void {
    this.letGo();
    this.#handOn = handOn;
    for (const signal of kEnding) this.watch(signal, 'handled');
  }

  #listen(signal: number, name: NodeJS.Signals): void {
    const listener = () => {
      if (this.#dispositions.get(signal) === 'handled') this.#receive(signal);
    };
    try {
      process.on(name, listener);
      this.#listeners.set(signal, listener);
    } catch {
      // One that Node does not pass on.
    }
  }

  act(signal: number): void {
    this.watch(signal, 'default');
    process.kill(process.pid, signal);
    // It need not be over when the call returns; what only stops it goes on behind this.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, kEndMs);
  }

  #receive(signal: number): void {
    if (signal === SIGINT && !this.#handOn) {
      const now = performance.now();
      if (this.#signals.pending && now - this.#lastInterrupt < kSecondInterruptMs)
        process.exit(kExitInterrupted);
      this.#lastInterrupt = now;
    }
    // One that was sent to this process only looks the same.
    if (kOfTerminal.includes(signal) && isTerminal() && this.#share(signal)) return;
    if (this.#handOn) this.#handOn(signal);
    else if (this.#dispositions.get(signal) === 'handled') this.#signals.deliver(signal);
  }
}

function isTerminal(): boolean {
  return isCharacterDevice(kStdin);
}
