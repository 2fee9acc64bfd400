// SPDX-License-Identifier: Apache-2.0
// stdin, stdout and stderr of the program as the hosts provide them.

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** termios, in Linux's numbers. */
export interface TerminalSettings {
  readonly c_iflag: number;
  readonly c_oflag: number;
  readonly c_cflag: number;
  readonly c_lflag: number;
  readonly c_cc: readonly number[];
}

/** How the terminal treats keys and output. */
export interface TerminalControl {
  settings(): TerminalSettings;
  change(settings: TerminalSettings): void;
}

/** A terminal in its usual state: lines are edited and echoed before the program sees them. */
export const kUsualSettings: TerminalSettings = {
  c_iflag: 0o62400, // ICRNL IXON IMAXBEL IUTF8
  c_oflag: 0o5, // OPOST ONLCR
  c_cflag: 0o277, // B38400 CS8 CREAD
  c_lflag: 0o105073, // ISIG ICANON ECHO ECHOE ECHOK ECHOCTL ECHOKE IEXTEN
  c_cc: [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0],
};

/** Where the program's stdin comes from. */
export interface InputStream {
  readonly isTerminal: boolean;
  /** True when read() would not block: there are bytes, or the end is reached. */
  readonly ready: boolean;
  /** Resolves once `ready` is true. Calling it again while it is pending gives the same wait. */
  whenReady(): Promise<void>;
  /** Reads what is there, at least one byte; 0 means end of file. Blocks where the host can, else throws EAGAIN. */
  read(into: Uint8Array): number;
  /** Bytes that are known to be there. */
  readonly available: number;
  /** These bytes: what another program would not find any more. */
  readonly unread: Uint8Array;
  /** Puts what another program has left in front of all else. REQUIRES: nothing was read yet. */
  takeOver(unread: Uint8Array): void;
  /** Takes nothing any more, since that is another program's. */
  letGo(): void;
  /** Forgets what was typed and not read yet. */
  discard(): void;
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
  /** Null when none of the streams is a terminal. */
  readonly terminal: TerminalControl | null;
}
