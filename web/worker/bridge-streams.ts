// SPDX-License-Identifier: Apache-2.0
// The standard streams of the machine that started the browser, over the bridge.

import { ByteQueue } from '../common/byte-queue.ts';
import type { Signals } from '../common/signals.ts';
import type { InputStream, OutputStream } from '../common/standard-streams.ts';
import type { Bridge } from './bridge.ts';

/** The server answers larger requests, but a write should not hold the worker for long. */
const kLargestWrite = 1024 * 1024;

export class BridgeInput implements InputStream {
  readonly isTerminal: boolean;
  readonly #bridge: Bridge;
  readonly #queue = new ByteQueue();
  #wait: Promise<void> | null = null;

  constructor(bridge: Bridge, isTerminal: boolean) {
    this.#bridge = bridge;
    this.isTerminal = isTerminal;
  }

  get ready(): boolean {
    return this.#queue.ready;
  }

  whenReady(): Promise<void> {
    if (this.ready) return Promise.resolve();
    this.#wait ??= this.#receive().finally(() => {
      this.#wait = null;
    });
    return this.#wait;
  }

  read(into: Uint8Array): number {
    if (!this.#queue.ready) this.#accept(this.#bridge.call('stdin').bytes);
    const count = this.#queue.read(into);
    if (count === 0 && this.isTerminal) this.#queue.reopen();
    return count;
  }

  async #receive(): Promise<void> {
    try {
      this.#accept((await this.#bridge.request('stdin')).bytes);
    } catch {
      this.#queue.end(); // the server is gone, and the input with it
    }
  }

  #accept(bytes: Uint8Array): void {
    if (bytes.length === 0) this.#queue.end();
    else this.#queue.push(bytes);
  }
}

export class BridgeOutput implements OutputStream {
  readonly isTerminal: boolean;
  readonly #bridge: Bridge;
  readonly #operation: 'stdout' | 'stderr';

  constructor(bridge: Bridge, operation: 'stdout' | 'stderr', isTerminal: boolean) {
    this.#bridge = bridge;
    this.#operation = operation;
    this.isTerminal = isTerminal;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += kLargestWrite) {
      this.#bridge.call(this.#operation, {}, bytes.subarray(at, at + kLargestWrite));
    }
  }
}

/** Hands on the machine's signals for as long as the server is there. */
export async function followSignals(bridge: Bridge, signals: Signals): Promise<void> {
  for (;;) {
    const { signal } = (await bridge.request('signal')).values;
    if (typeof signal !== 'number' || signal === 0) return;
    signals.deliver(signal);
  }
}
