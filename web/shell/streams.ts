// SPDX-License-Identifier: Apache-2.0
// A tool's view of its channels: bytes in, bytes or text out. Text is collected, so that a line costs no call of the host.

import { bytesFromText, textFromBytes } from '../common/path-text.ts';
import type { Channel } from './channel.ts';

export const kBlock = 65536;
const kMostText = 32768;

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Passes a wait on, or ends it when whoever waits was killed. */
export type Guard = <T>(wait: Promise<T>) => Promise<T>;

export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return textFromBytes(bytes);
  }
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** What a tool reads its bytes from: its input, or a file. */
export interface ByteSource {
  read(size?: number): Promise<Uint8Array>;
  giveBack(bytes: Uint8Array): Promise<void>;
}

export class Input implements ByteSource {
  readonly channel: Channel;
  readonly #guard: Guard;

  constructor(channel: Channel, guard: Guard) {
    this.channel = channel;
    this.#guard = guard;
  }

  read(size = kBlock): Promise<Uint8Array> {
    return this.#guard(this.channel.read(size));
  }

  giveBack(bytes: Uint8Array): Promise<void> {
    return this.channel.giveBack(bytes);
  }
}

export class Output {
  readonly channel: Channel;
  readonly #guard: Guard;
  #text = '';

  constructor(channel: Channel, guard: Guard) {
    this.channel = channel;
    this.#guard = guard;
  }

  async print(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length >= kMostText) await this.flush();
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.flush();
    await this.#guard(this.channel.write(bytes));
  }

  async flush(): Promise<void> {
    if (this.#text === '') return;
    const bytes = bytesFromText(this.#text);
    this.#text = '';
    await this.#guard(this.channel.write(bytes));
  }
}

export async function readAll(source: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = await source.read();
    if (chunk.length === 0) return concatBytes(chunks);
    chunks.push(chunk);
  }
}

const kNewline = 0x0a;

/** The lines of a source, as many at a time as there are; without their newlines. */
export class LineReader {
  readonly #source: ByteSource;
  /** The beginning of a line whose end has not come. */
  #rest: Uint8Array[] = [];
  #done = false;
  /** The last line has a newline. */
  terminated = true;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** At least one line; null at the end. */
  async next(): Promise<string[] | null> {
    while (!this.#done) {
      const chunk = await this.#source.read();
      if (chunk.length === 0) return this.#last();
      const end = chunk.lastIndexOf(kNewline);
      if (end < 0) {
        this.#rest.push(chunk);
        continue;
      }
      const text = decodeText(concatBytes([...this.#rest, chunk.subarray(0, end)]));
      this.#rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
      return text.split('\n');
    }
    return null;
  }

  #last(): string[] | null {
    this.#done = true;
    if (this.#rest.length === 0) return null;
    this.terminated = false;
    return [decodeText(concatBytes(this.#rest))];
  }
}
