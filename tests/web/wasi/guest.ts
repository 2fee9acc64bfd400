// SPDX-License-Identifier: Apache-2.0
// A program of WASI for the tests of its host: a memory, streams that the test holds, and the calls with words instead
// of addresses.

import { findJspi, type Jspi } from '../../../web/common/jspi.ts';
import { MemoryHost } from '../../../web/wasi/memory-host.ts';
import { kAllRights } from '../../../web/wasi/preview1.ts';
import type { StandardStreams } from '../../../web/wasi/streams.ts';

export const kRoot = 3;
/** Where results are written; the rest of the page is for words and buffers. */
const kResult = 16;
const kArena = 1024;
const kNames = new TextDecoder('utf-8', { ignoreBOM: true });

export class TestStreams implements StandardStreams {
  readonly written: [number, string][] = [];
  readonly input: Uint8Array[] = [];
  missed = 0;
  drain: Promise<void> | undefined;
  #arrival: (() => void) | undefined;

  get isInputReady(): boolean {
    return this.input.length > 0;
  }

  type(text: string): void {
    this.input.push(new TextEncoder().encode(text));
    this.#arrival?.();
  }

  readInput(into: Uint8Array): number {
    const piece = this.input.shift() ?? new Uint8Array();
    into.set(piece.subarray(0, into.length));
    return Math.min(piece.length, into.length);
  }

  waitForInput(): Promise<void> {
    return new Promise((settle) => {
      this.#arrival = settle;
    });
  }

  missInput(): void {
    this.missed += 1;
  }

  write(stream: 1 | 2, bytes: Uint8Array): void {
    this.written.push([stream, new TextDecoder().decode(bytes)]);
  }

  whenDrained(): Promise<void> | undefined {
    return this.drain;
  }
}

/** How a call is answered: an errno, or later. */
export type Answer = number | Promise<number>;

export class Guest {
  readonly streams = new TestStreams();
  readonly host: MemoryHost;
  readonly memory = new WebAssembly.Memory({ initial: 8 });
  #top = kArena;

  constructor(
    options: {
      args?: string[];
      env?: Record<string, string>;
      jspi?: Jspi | null;
    } = {},
  ) {
    const { args = ['program'], env = {}, jspi = null } = options;
    this.host = new MemoryHost({ args, env, streams: this.streams, jspi });
    this.host.memory.attach(this.memory);
  }

  /** One that the engine can suspend. */
  static waiting(): Guest {
    return new Guest({ jspi: findJspi() });
  }

  call(name: string, ...parameters: (number | bigint)[]): number {
    const answer = this.later(name, ...parameters);
    if (typeof answer !== 'number') throw new Error(`${name} waits`);
    return answer;
  }

  later(name: string, ...parameters: (number | bigint)[]): Answer {
    const call = this.host.calls[name];
    if (call === undefined) throw new Error(`there is no ${name}`);
    return call(...parameters);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  room(length: number): number {
    const address = this.#top;
    this.#top += (length + 15) & ~15;
    return address;
  }

  put(bytes: Uint8Array): [number, number] {
    const address = this.room(bytes.length);
    new Uint8Array(this.memory.buffer, address, bytes.length).set(bytes);
    return [address, bytes.length];
  }

  text(text: string): [number, number] {
    return this.put(new TextEncoder().encode(text));
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length).slice();
  }

  /** A vector of pieces, each as long as it says. */
  vector(...pieces: [number, number][]): [number, number] {
    const address = this.room(pieces.length * 8);
    for (const [index, [start, length]] of pieces.entries()) {
      this.view.setUint32(address + index * 8, start, true);
      this.view.setUint32(address + index * 8 + 4, length, true);
    }
    return [address, pieces.length];
  }

  get result(): number {
    return this.view.getUint32(kResult, true);
  }

  get longResult(): bigint {
    return this.view.getBigUint64(kResult, true);
  }

  open(
    path: string,
    {
      fd = kRoot,
      lookup = 1,
      flags = 0,
      rights = kAllRights,
      fdFlags = 0,
    }: {
      fd?: number;
      lookup?: number;
      flags?: number;
      rights?: bigint;
      fdFlags?: number;
    } = {},
  ): { errno: number; fd: number } {
    const errno = this.call(
      'path_open',
      fd,
      lookup,
      ...this.text(path),
      flags,
      rights,
      rights,
      fdFlags,
      kResult,
    );
    return { errno, fd: this.result };
  }

  write(fd: number, text: string): number {
    return this.call('fd_write', fd, ...this.vector(this.text(text)), kResult);
  }

  read(fd: number, length: number): string {
    const room = this.room(length);
    const errno = this.call('fd_read', fd, ...this.vector([room, length]), kResult);
    if (errno !== 0) throw new Error(`errno ${errno}`);
    return new TextDecoder().decode(this.bytes(room, this.result));
  }

  /** The names in a folder, by way of buffers of `length` bytes. */
  list(fd: number, length: number): string[] {
    const names: string[] = [];
    const address = this.room(length);
    let cookie = 0n;
    for (;;) {
      const errno = this.call('fd_readdir', fd, address, length, cookie, kResult);
      if (errno !== 0) throw new Error(`errno ${errno}`);
      const used = this.result;
      let start = 0;
      while (start + 24 <= used) {
        const size = this.view.getUint32(address + start + 16, true);
        if (start + 24 + size > used) break;
        cookie = this.view.getBigUint64(address + start, true);
        names.push(kNames.decode(this.bytes(address + start + 24, size)));
        start += 24 + size;
      }
      if (used < length) return names;
    }
  }
}

export const kResultAddress = kResult;
