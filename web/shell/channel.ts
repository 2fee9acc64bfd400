// SPDX-License-Identifier: Apache-2.0
// What a descriptor of the shell is about: something of the host, or one end of a pipe in memory (memory-pipe.ts).

import { HostError } from '../common/errno.ts';
import type { ShellHost } from './shell-host.ts';

export interface Channel {
  /** Empty at the end. */
  read(size: number): Promise<Uint8Array>;
  /** Whether what was read too much can be given back, so that others read it. */
  canGiveBack(): Promise<boolean>;
  giveBack(bytes: Uint8Array): Promise<void>;
  /** The bytes belong to the channel from now on. */
  write(bytes: Uint8Array): Promise<void>;
  /** The host's number for it, for a program that inherits it. */
  hostDescriptor(): Promise<number>;
  close(): Promise<void>;
}

export class HostChannel implements Channel {
  readonly #host: ShellHost;
  readonly #fd: number;
  #seekable: Promise<boolean> | null = null;

  constructor(host: ShellHost, fd: number) {
    this.#host = host;
    this.#fd = fd;
  }

  read(size: number): Promise<Uint8Array> {
    return this.#host.read(this.#fd, size);
  }

  canGiveBack(): Promise<boolean> {
    return (this.#seekable ??= this.#host.seek(this.#fd, 0).then(
      () => true,
      () => false,
    ));
  }

  async giveBack(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0 && (await this.canGiveBack())) await this.#host.seek(this.#fd, -bytes.length);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#host.write(this.#fd, bytes);
  }

  hostDescriptor(): Promise<number> {
    return Promise.resolve(this.#fd);
  }

  close(): Promise<void> {
    return this.#host.close(this.#fd);
  }
}

/** A channel that several descriptors share; the last one to let go closes it. */
export class SharedChannel {
  readonly channel: Channel;
  #holders = 1;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  hold(): this {
    ++this.#holders;
    return this;
  }

  async release(): Promise<void> {
    if (--this.#holders > 0) return;
    try {
      await this.channel.close();
    } catch (error) {
      // Closed is closed; a host that could not write the last bytes has nobody left to tell.
      if (!(error instanceof Error)) throw error;
    }
  }
}

/** The descriptors of a shell or of one element of a pipeline. */
export class DescriptorTable {
  readonly #channels = new Map<number, SharedChannel>();

  get(number: number): SharedChannel | undefined {
    return this.#channels.get(number);
  }

  /** Takes over the caller's hold, and gives back the one it replaces. */
  replace(number: number, channel: SharedChannel | undefined): SharedChannel | undefined {
    const before = this.#channels.get(number);
    if (channel) this.#channels.set(number, channel);
    else this.#channels.delete(number);
    return before;
  }

  async set(number: number, channel: SharedChannel): Promise<void> {
    await this.replace(number, channel)?.release();
  }

  copy(): DescriptorTable {
    const copy = new DescriptorTable();
    for (const [number, channel] of this.#channels) copy.replace(number, channel.hold());
    return copy;
  }

  async releaseAll(): Promise<void> {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) await channel.release();
  }

  /** As a program gets them. */
  async forProgram(): Promise<Map<number, number>> {
    const numbers = new Map<number, number>();
    for (const [number, { channel }] of this.#channels)
      if (channel !== kClosedChannel) numbers.set(number, await channel.hostDescriptor());
    return numbers;
  }
}

/** What stands for a descriptor that is closed. */
export const kClosedChannel: Channel = {
  read: () => Promise.reject(new HostError('EBADF')),
  canGiveBack: () => Promise.resolve(false),
  giveBack: () => Promise.resolve(),
  write: () => Promise.reject(new HostError('EBADF')),
  hostDescriptor: () => Promise.reject(new HostError('EBADF')),
  close: () => Promise.resolve(),
};
