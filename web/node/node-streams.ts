// SPDX-License-Identifier: Apache-2.0
// stdin, stdout and stderr of the Node process.
//
// stdin is read through a stream of the event loop only while the program waits for it: a read on Node's thread pool
// could not be given up, and the process would not end before the next line is typed. What comes when nobody waits is left
// where it is, for other processes and for a program that takes the place of this one.

import fs from 'node:fs';
import type { OnReadOpts, Socket } from 'node:net';
import type { ReadStream } from 'node:tty';
import { ByteQueue } from '../common/byte-queue.ts';
import type { InputStream, OutputStream, StandardStreams, WindowSize } from '../common/standard-streams.ts';
import { NodeTerminal } from './node-terminal.ts';

const kStdin = 0;
const kStdout = 1;
const kStderr = 2;
/** What is read of stdin at a time. */
const kPiece = 65536;
/** How long to wait before asking a pipe again that was made non-blocking by whoever shares it. */
const kRetryMs = 2;

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The terminal check of libuv, without loading the rest of node:tty before it is needed. */
export function isCharacterDevice(fd: number): boolean {
  try {
    return fs.fstatSync(fd).isCharacterDevice();
  } catch {
    return false; // closed
  }
}

export class NodeInput implements InputStream {
  readonly isTerminal: boolean;
  readonly #isFile: boolean;
  readonly #queue = new ByteQueue();
  #stream: Socket | null = null;
  #arrived: () => void = () => undefined;
  #wait: Promise<void> | null = null;

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
    this.#isFile = !isTerminal && !isPipeOrSocket(kStdin);
  }

  get ready(): boolean {
    return this.#isFile || this.#queue.ready;
  }

  whenReady(): Promise<void> {
    if (this.ready) return Promise.resolve();
    this.#wait ??= this.#receive().finally(() => {
      this.#wait = null;
    });
    return this.#wait;
  }

  read(into: Uint8Array): number {
    if (!this.#queue.ready) return readBlocking(into);
    const count = this.#queue.read(into);
    // At a terminal Ctrl-D ends one read, not the terminal.
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
    this.#stream?.pause();
  }

  discard(): void {
    this.#queue.clear();
  }

  setRaw(isRaw: boolean): void {
    const stream = this.#open();
    if ('setRawMode' in stream) (stream as ReadStream).setRawMode(isRaw);
  }

  async #receive(): Promise<void> {
    const stream = this.#open();
    await new Promise<void>((resolve) => {
      const onEnd = () => {
        this.#queue.end();
        this.#stream = null;
        stream.destroy();
        finish();
      };
      const finish = () => {
        this.#arrived = () => undefined;
        stream.off('end', onEnd).off('error', onEnd);
        resolve();
      };
      this.#arrived = finish;
      stream.on('end', onEnd).on('error', onEnd);
      stream.resume();
    });
  }

  /** One that reads a piece when it is resumed, and no further. */
  #open(): Socket {
    const callback = (count: number, bytes: Uint8Array): boolean => {
      this.#queue.push(bytes.slice(0, count));
      this.#arrived();
      return false; // pauses it
    };
    return (this.#stream ??= openInput(this.isTerminal, { buffer: new Uint8Array(kPiece), callback }));
  }
}

function openInput(isTerminal: boolean, onread: OnReadOpts): Socket {
  if (isTerminal) {
    const { ReadStream } = process.getBuiltinModule('node:tty');
    return new ReadStream(kStdin, { onread });
  }
  const { Socket } = process.getBuiltinModule('node:net');
  return new Socket({ fd: kStdin, readable: true, writable: false, onread });
}

function isPipeOrSocket(fd: number): boolean {
  try {
    const stat = fs.fstatSync(fd);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

function readBlocking(into: Uint8Array): number {
  for (;;) {
    try {
      return fs.readSync(kStdin, into, 0, into.length, null);
    } catch (error) {
      if (isCode(error, 'EOF')) return 0;
      if (!isCode(error, 'EAGAIN')) throw error;
      pause(kRetryMs);
    }
  }
}

export class NodeOutput implements OutputStream {
  readonly isTerminal: boolean;
  readonly #fd: number;

  constructor(fd: number, isTerminal: boolean) {
    this.#fd = fd;
    this.isTerminal = isTerminal;
  }

  write(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) {
      try {
        written += fs.writeSync(this.#fd, bytes, written, bytes.length - written, null);
      } catch (error) {
        if (!isCode(error, 'EAGAIN')) throw error;
        pause(kRetryMs);
      }
    }
  }
}

export async function nodeStreams(): Promise<StandardStreams> {
  const devices = [kStdin, kStdout, kStderr].filter(isCharacterDevice);
  const tty = devices.length > 0 ? await import('node:tty') : null;
  const isTerminal = (fd: number) => tty?.isatty(fd) ?? false;
  const windowSize = (): WindowSize => {
    const fd = [kStdout, kStderr, kStdin].find(isTerminal);
    if (fd === undefined || !tty) return { rows: 24, columns: 80 };
    const [columns, rows] = new tty.WriteStream(fd).getWindowSize();
    return { rows, columns };
  };
  const input = new NodeInput(isTerminal(kStdin));
  return {
    input,
    output: new NodeOutput(kStdout, isTerminal(kStdout)),
    error: new NodeOutput(kStderr, isTerminal(kStderr)),
    windowSize,
    terminal: terminalOf([kStdin, kStdout, kStderr].find(isTerminal), input),
  };
}

function terminalOf(fd: number | undefined, input: NodeInput): NodeTerminal | null {
  if (fd === undefined) return null;
  return new NodeTerminal(fd, (isRaw) => {
    input.setRaw(isRaw);
  });
}
