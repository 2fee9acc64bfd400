// SPDX-License-Identifier: Apache-2.0
// The lines of several files as if they were one, one at a time, with a look ahead.

import { HostError } from '../../common/errno.ts';
import type { Channel } from '../channel.ts';
import { HostChannel } from '../channel.ts';
import { isFolder } from '../programs.ts';
import { Input, LineReader } from '../streams.ts';
import { isStandardInput } from './inputs.ts';
import type { ToolContext } from './tool.ts';
import { complainOf, pathOf } from './tool.ts';

export interface FedLine {
  readonly text: string;
  /** The last line of a file may have none. */
  readonly newline: boolean;
}

export class LineFeed {
  readonly #context: ToolContext;
  readonly #names: string[];
  #file: Channel | null = null;
  #reader: LineReader | null = null;
  #batch: string[] = [];
  #at = 0;
  #ahead: FedLine | null = null;
  /** A file could not be read. */
  failed = false;

  constructor(context: ToolContext, names: readonly string[]) {
    this.#context = context;
    this.#names = names.length > 0 ? [...names] : ['-'];
  }

  async next(): Promise<FedLine | null> {
    const line = await this.peek();
    this.#ahead = null;
    return line;
  }

  async peek(): Promise<FedLine | null> {
    return (this.#ahead ??= await this.#pull());
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #pull(): Promise<FedLine | null> {
    while (this.#at >= this.#batch.length) {
      if (!this.#reader && !(await this.#open())) return null;
      this.#batch = (await this.#reader?.next()) ?? [];
      this.#at = 0;
      if (this.#batch.length > 0) continue;
      this.#reader = null;
      await this.close();
    }
    const text = this.#batch[this.#at++] ?? '';
    const last = this.#at >= this.#batch.length;
    return { text, newline: !last || (this.#reader?.terminated ?? true) };
  }

  /** The next file that can be read; false when there is none. */
  async #open(): Promise<boolean> {
    for (let name = this.#names.shift(); name !== undefined; name = this.#names.shift()) {
      try {
        this.#reader = new LineReader(isStandardInput(name) ? this.#context.input : await this.#source(name));
        return true;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
        await complainOf(this.#context, name, error);
        this.failed = true;
      }
    }
    return false;
  }

  async #source(name: string): Promise<Input> {
    const { host, guard } = this.#context;
    const path = pathOf(this.#context, name);
    if (isFolder(host, path)) throw new HostError('EISDIR');
    this.#file = new HostChannel(host, await host.open(path, 0, 0));
    return new Input(this.#file, guard);
  }
}
