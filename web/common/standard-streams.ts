// SPDX-License-Identifier: Apache-2.0
// stdin, stdout and stderr of the program as the hosts provide them.

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** Where the program's stdin comes from. */
export interface InputStream {
  readonly isTerminal: boolean;
  /** True when read() would not block: there are bytes, or the end is reached. */
  readonly ready: boolean;
  /** Resolves once `ready` is true. Calling it again while it is pending gives the same wait. */
  whenReady(): Promise<void>;
  /** Reads what is there, at least one byte; 0 means end of file. Blocks where the host can, else throws EAGAIN. */
  read(into: Uint8Array): number;
}

/** Where stdout or stderr goes. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** Writes all of it, or throws a HostError (EPIPE when nobody reads any more). */
  write(bytes: Uint8Array): void;
}

export interface StandardStreams {
  readonly input: InputStream;
  readonly output: OutputStream;
  readonly error: OutputStream;
  /** The terminal's size, asked for when one of the streams is a terminal. */
  windowSize(): WindowSize;
}
