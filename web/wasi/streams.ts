// SPDX-License-Identifier: Apache-2.0
// The three standard streams of a program, as the host of WASI wants them.

export interface StandardStreams {
  /** A read would not wait. */
  readonly isInputReady: boolean;

  /** 0 is the end. Only when it is ready. */
  readInput(into: Uint8Array): number;

  /** Settles when the input is ready. */
  waitForInput(): Promise<void>;

  /** The program would wait for input, and cannot. */
  missInput(): void;

  write(stream: 1 | 2, bytes: Uint8Array): void;

  /** A promise when the program is to wait before it writes more. */
  whenDrained(): Promise<void> | undefined;
}
