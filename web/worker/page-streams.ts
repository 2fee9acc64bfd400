// SPDX-License-Identifier: Apache-2.0
// The standard streams of a program at the page's terminal: messages to and from the page.

import { ByteQueue } from '../common/byte-queue.ts';
import { HostError } from '../common/errno.ts';
import type { FromWorker, KeyMode } from '../common/messages.ts';
import {
  kUsualSettings,
  type InputStream,
  type OutputStream,
  type TerminalControl,
  type TerminalSettings,
  type WindowSize,
} from '../common/standard-streams.ts';

export type Post = (message: FromWorker) => void;

/** Bits of termios that matter where a page is the terminal. */
const Flag = { returnToNewline: 0o400, signals: 1, lines: 2, echo: 8 } as const;
const kInterruptCharacter = 0;
/** Of a character that does nothing. */
const kNone = 0;
const kReturn = 13;
const kNewline = 10;

/** What the program wants of the page's terminal. The page edits lines, or hands on single keys. */
export class PageTerminal implements TerminalControl {
  readonly #post: Post;
  #settings = kUsualSettings;

  constructor(post: Post) {
    this.#post = post;
  }

  settings(): TerminalSettings {
    return this.#settings;
  }

  change(settings: TerminalSettings): void {
    const before = this.#mode;
    this.#settings = settings;
    if (this.#mode !== before) this.#post({ kind: 'keys', mode: this.#mode });
  }

  /** What single keys are to the program; null when one of them interrupts it, and with it goes all before it. */
  receive(keys: Uint8Array): Uint8Array | null {
    const { c_iflag, c_lflag, c_cc } = this.#settings;
    if (c_lflag & Flag.lines) return keys;
    const interrupt = c_cc[kInterruptCharacter] ?? kNone;
    if (c_lflag & Flag.signals && interrupt !== kNone && keys.includes(interrupt)) return null;
    return c_iflag & Flag.returnToNewline ? keys.map((byte) => (byte === kReturn ? kNewline : byte)) : keys;
  }

  get #mode(): KeyMode {
    const { c_lflag } = this.#settings;
    if (!(c_lflag & Flag.lines)) return 'single keys';
    return c_lflag & Flag.echo ? 'shown lines' : 'hidden lines';
  }
}

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

  get available(): number {
    return this.#queue.size;
  }

  get unread(): Uint8Array {
    return this.#queue.bytes;
  }

  takeOver(unread: Uint8Array): void {
    this.push(unread);
  }

  letGo(): void {
    // The page sends what is typed to the new program.
  }

  /** Ctrl-C does so, as a terminal does. */
  discard(): void {
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
