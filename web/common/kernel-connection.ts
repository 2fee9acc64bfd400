// SPDX-License-Identifier: Apache-2.0
// How a process speaks to the kernel, wherever that runs.

/** Bytes of kernel/protocol.h, of which the connection keeps none; it fills in the ticket. */
export type KernelMessage = Uint8Array;

export interface PendingReply {
  readonly reply: Promise<Uint8Array>;
  /** Has the kernel answer at once, with EINTR if there is nothing better. */
  cancel(): void;
}

export interface KernelConnection {
  /** Of this process. */
  readonly pid: number;
  /** The reply's bytes at once, where the kernel does not make wait; they are there until the next question. */
  ask(message: KernelMessage): Uint8Array | PendingReply;
  /** A request of whose answer nobody wants to know. */
  tell(message: KernelMessage): void;
  /** Lets other processes have what they have asked, when the kernel is here; often there is nothing. */
  serve(): void;
  /** What is to become of a signal that others send; the numbers of kernel/signals.h. */
  setDisposition(signal: number, disposition: number): void;
}
