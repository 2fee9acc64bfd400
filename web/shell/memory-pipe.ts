// SPDX-License-Identifier: Apache-2.0
// A pipe between two that run inside the shell. It begins in memory; when a program is to inherit one of its ends it
// becomes a pipe of the host, and whoever reads and writes it inside the shell does not notice.

import { HostError } from '../common/errno.ts';
import type { Channel } from './channel.ts';
import type { Breath } from './breath.ts';
import type { ShellHost } from './shell-host.ts';

/** What Linux has. */
const kCapacity = 65536;

interface Ends {
  readonly read: number;
  readonly write: number;
}

export class MemoryPipe {
  readonly #host: ShellHost;
  readonly #breath: Breath;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #readerOpen = true;
  #writerOpen = true;
  #wakers: (() => void)[] = [];
  #ends: Ends | null = null;
  #upgrade: Promise<Ends> | null = null;
  /** Settles when the host has what was in memory. */
  #poured: Promise<void> = Promise.resolve();

  constructor(host: ShellHost, breath: Breath) {
    this.#host = host;
    this.#breath = breath;
  }

  /** A pipe that holds these bytes and whose writer has left: what a here-document reads from. */
  static of(host: ShellHost, breath: Breath, bytes: Uint8Array): Channel {
    const pipe = new MemoryPipe(host, breath);
    if (bytes.length > 0) pipe.#chunks.push(bytes);
    pipe.#size = bytes.length;
    pipe.#writerOpen = false;
    return pipe.reader();
  }

  reader(): Channel {
    return {
      read: (size) => this.#read(size),
      canGiveBack: () => Promise.resolve(!this.#upgrade),
      giveBack: (bytes) => this.#giveBack(bytes),
      write: () => Promise.reject(new HostError('EBADF')),
      hostDescriptor: async () => (await this.#toHost()).read,
      close: () => this.#closeReader(),
    };
  }

  writer(): Channel {
    return {
      read: () => Promise.reject(new HostError('EBADF')),
      canGiveBack: () => Promise.resolve(false),
      giveBack: () => Promise.resolve(),
      write: (bytes) => this.#write(bytes),
      hostDescriptor: async () => {
        const { write } = await this.#toHost();
        await this.#poured;
        return write;
      },
      close: () => this.#closeWriter(),
    };
  }

  async #read(size: number): Promise<Uint8Array> {
    for (;;) {
      const first = this.#chunks[0];
      if (first) return this.#take(first, size);
      if (this.#ends) return this.#host.read(this.#ends.read, size);
      if (!this.#writerOpen) return new Uint8Array();
      await this.#change();
    }
  }

  #take(first: Uint8Array, size: number): Uint8Array {
    const part = first.subarray(0, size);
    if (part.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(part.length);
    this.#size -= part.length;
    this.#wake();
    return part;
  }

  #giveBack(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) {
      this.#chunks.unshift(bytes);
      this.#size += bytes.length;
    }
    return Promise.resolve();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#ends) {
        await this.#poured;
        await this.#host.write(this.#ends.write, rest);
        return;
      }
      if (!this.#readerOpen) throw new HostError('EPIPE');
      const room = kCapacity - this.#size;
      if (room <= 0) {
        await this.#change();
        continue;
      }
      const part = rest.subarray(0, room);
      this.#chunks.push(part);
      this.#size += part.length;
      rest = rest.subarray(part.length);
      this.#wake();
      await this.#breath.take();
    }
  }

  async #closeReader(): Promise<void> {
    this.#readerOpen = false;
    this.#chunks = [];
    this.#size = 0;
    this.#wake();
    if (this.#ends) await this.#host.close(this.#ends.read);
  }

  #closeWriter(): Promise<void> {
    this.#writerOpen = false;
    this.#wake();
    if (this.#ends) this.#closeWhenPoured(this.#ends);
    return Promise.resolve();
  }

  /** Nobody waits for it: who reads the rest may be whoever waits for the close. */
  #closeWhenPoured(ends: Ends): void {
    void this.#poured.then(() => this.#host.close(ends.write)).catch(() => undefined);
  }

  #toHost(): Promise<Ends> {
    return (this.#upgrade ??= this.#becomeHosts());
  }

  async #becomeHosts(): Promise<Ends> {
    const [read, write] = await this.#host.pipe();
    const ends = (this.#ends = { read, write });
    this.#poured = this.#pour(write, this.#chunks);
    this.#chunks = [];
    if (!this.#writerOpen) this.#closeWhenPoured(ends);
    if (!this.#readerOpen) await this.#host.close(read);
    this.#wake();
    return ends;
  }

  async #pour(fd: number, chunks: readonly Uint8Array[]): Promise<void> {
    try {
      for (const chunk of chunks) await this.#host.write(fd, chunk);
    } catch (error) {
      // Nobody reads any more. Whoever writes next is told.
      if (!(error instanceof Error)) throw error;
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
