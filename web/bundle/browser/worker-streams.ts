// SPDX-License-Identifier: Apache-2.0
// The standard streams of the program in the Worker: messages to the page and from it.

import { ByteQueue } from '../../common/byte-queue.ts';
import type { StandardStreams } from '../../wasi/streams.ts';
import type { FromWorker } from './messages.ts';

/** Bytes that the page may be behind before the program waits for it. */
const kMostPending = 1 << 20;

interface Wait {
  readonly promise: Promise<void>;
  readonly settle: () => void;
}

function newWait(): Wait {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { promise, settle: () => resolve(undefined) };
}

export class WorkerStreams implements StandardStreams {
  readonly #input = new ByteQueue();
  readonly #post: (message: FromWorker) => void;
  #inputWait: Wait | undefined;
  #drainWait: Wait | undefined;
  #pending = 0;
  #hasMissed = false;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  get isInputReady(): boolean {
    return this.#input.ready;
  }

  readInput(into: Uint8Array): number {
    const count = this.#input.read(into);
    if (count === 0) this.#input.reopen(); // as at a terminal, where Ctrl-D ends one read only
    return count;
  }

  waitForInput(): Promise<void> {
    if (this.#input.ready) return Promise.resolve();
    this.#post({ kind: 'reading' });
    this.#inputWait ??= newWait();
    return this.#inputWait.promise;
  }

  missInput(): void {
    if (!this.#hasMissed) this.#post({ kind: 'input-missed' });
    this.#hasMissed = true;
  }

  write(stream: 1 | 2, bytes: Uint8Array): void {
    this.#pending += bytes.length;
    // A copy: the bytes lie in the program's memory, which goes on changing.
    this.#post({ kind: 'output', stream: stream === 1 ? 'stdout' : 'stderr', bytes: bytes.slice() });
  }

  whenDrained(): Promise<void> | undefined {
    if (this.#pending <= kMostPending) return undefined;
    this.#drainWait ??= newWait();
    return this.#drainWait.promise;
  }

  take(bytes: Uint8Array): void {
    this.#input.push(bytes);
    this.#inputHasCome();
  }

  endInput(): void {
    this.#input.end();
    this.#inputHasCome();
  }

  drain(count: number): void {
    this.#pending -= count;
    if (this.#pending > kMostPending) return;
    this.#drainWait?.settle();
    this.#drainWait = undefined;
  }

  #inputHasCome(): void {
    this.#inputWait?.settle();
    this.#inputWait = undefined;
  }
}
