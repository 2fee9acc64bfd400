// SPDX-License-Identifier: Apache-2.0
// The standard streams of a program at the page's terminal: messages to and from the page.

import { ByteQueue } from '../common/byte-queue.ts';
import { HostError } from '../common/errno.ts';
import type { FromWorker } from '../common/messages.ts';
import type { InputStream, OutputStream, WindowSize } from '../common/standard-streams.ts';

export type Post = (message: FromWorker) => void;

export class PageInput implements InputStream {
  readonly isTerminal = true;
  readonly #queue = new ByteQueue();
  readonly #post: Post;
  #wait: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  constructor(post: Post) {
    this.#post = post;
  }

  get ready(): boolean {
    return this.#queue.ready;
  }

  whenReady(): Promise<void> {
    if (this.ready) return Promise.resolve();
    this.#post({ kind: 'reading' });
    this.#wait ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#wait;
  }

  read(into: Uint8Array): number {
    if (!this.#queue.ready) throw new HostError('EAGAIN');
    const count = this.#queue.read(into);
    if (count === 0) this.#queue.reopen(); // Ctrl-D ends one read, not the terminal
    return count;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#awake();
  }

  end(): void {
    this.#queue.end();
    this.#awake();
  }

  /** Ctrl-C throws away what was typed ahead, as a terminal does. */
  flush(): void {
    this.#queue.clear();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = null;
    this.#wait = null;
  }
}

export class PageOutput implements OutputStream {
  readonly isTerminal = true;
  readonly #stream: 'stdout' | 'stderr';
  readonly #post: Post;

  constructor(stream: 'stdout' | 'stderr', post: Post) {
    this.#stream = stream;
    this.#post = post;
  }

  write(bytes: Uint8Array): void {
    // A copy: the bytes lie in the interpreter's memory, which goes on changing.
    this.#post({ kind: 'output', stream: this.#stream, bytes: bytes.slice() });
  }
}

/** The size of the page's terminal, kept up to date by messages. */
export class PageWindow {
  size: WindowSize;

  constructor(size: WindowSize) {
    this.size = size;
  }
}
