// SPDX-License-Identifier: Apache-2.0
// The standard streams of the machine that started the browser, over the bridge.

import { ByteQueue } from '../common/byte-queue.ts';
import type {
  InputStream,
  OutputStream,
  TerminalControl,
  TerminalSettings,
  WindowSize,
} from '../common/standard-streams.ts';
import type { Bridge } from './bridge.ts';
import type { JsonObject } from './bridge-message.ts';

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

  get available(): number {
    return this.#queue.size;
  }

  get unread(): Uint8Array {
    return this.#queue.bytes;
  }

  takeOver(unread: Uint8Array): void {
    this.#queue.push(unread);
  }

  letGo(): void {
    // What was asked of the server before comes all the same.
  }

  discard(): void {
    this.#queue.clear();
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

/** The machine's terminal, which the server sets and knows. */
export class BridgeTerminal implements TerminalControl {
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  settings(): TerminalSettings {
    const [c_iflag = 0, c_oflag = 0, c_cflag = 0, c_lflag = 0, ...c_cc] = this.#bridge.call('terminal')
      .values['settings'] as number[];
    return { c_iflag, c_oflag, c_cflag, c_lflag, c_cc };
  }

  change({ c_iflag, c_oflag, c_cflag, c_lflag, c_cc }: TerminalSettings): void {
    const words = [c_iflag, c_oflag, c_cflag, c_lflag].map((word) => word >>> 0);
    this.#bridge.call('terminal', { settings: [...words, ...c_cc] });
  }

  windowSize(): WindowSize {
    const terminal = this.#bridge.call('terminal').values['terminal'] as JsonObject;
    return { rows: terminal['rows'] as number, columns: terminal['columns'] as number };
  }
}

/** Hands on the machine's signals for as long as the server is there. */
export async function followSignals(bridge: Bridge, deliver: (signal: number) => void): Promise<void> {
  for (;;) {
    const { signal } = (await bridge.request('signal')).values;
    if (typeof signal !== 'number' || signal === 0) return;
    deliver(signal);
  }
}
