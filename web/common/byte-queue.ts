// SPDX-License-Identifier: Apache-2.0
// Bytes that have arrived and were not read yet, and the end of the stream behind them.

export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #ended = false;

  /** A read would not wait. */
  get ready(): boolean {
    return this.#ended || this.#chunks.length > 0;
  }

  get size(): number {
    return this.#chunks.reduce((size, chunk) => size + chunk.length, 0);
  }

  /** All that was not read yet. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  get ended(): boolean {
    return this.#ended;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  end(): void {
    this.#ended = true;
  }

  /** At a terminal the end is passed once and reading may go on. */
  reopen(): void {
    this.#ended = false;
  }

  clear(): void {
    this.#chunks = [];
  }

  /** How many bytes it gave; 0 when there are none. */
  read(into: Uint8Array): number {
    const chunk = this.#chunks[0];
    if (!chunk) return 0;
    const part = chunk.subarray(0, into.length);
    into.set(part);
    if (part.length === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(part.length);
    return part.length;
  }
}
