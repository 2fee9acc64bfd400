// SPDX-License-Identifier: Apache-2.0
// A kernel that answers what the test says, and keeps what it was asked.
import type { KernelConnection, KernelMessage, PendingReply } from '../../../web/common/kernel-connection.ts';
import { WireWriter } from '../../../web/common/kernel-wire.ts';

export interface FakeConnection extends KernelConnection {
  readonly asked: Uint8Array[];
  readonly told: Uint8Array[];
  /** Of each question. */
  answer: Uint8Array | PendingReply;
}

export function replyOf(error: number, value: number): Uint8Array<ArrayBuffer> {
  return new WireWriter().u32(1).u16(error).u16(0).u64(BigInt(value)).u64(0n).u64(0n).take();
}

export function fakeConnection(): FakeConnection {
  const asked: Uint8Array[] = [];
  const told: Uint8Array[] = [];
  const connection: FakeConnection = {
    pid: 5,
    asked,
    told,
    answer: replyOf(0, 0),
    ask: (message: KernelMessage) => {
      asked.push(message);
      return connection.answer;
    },
    tell: (message) => told.push(message),
    serve: () => undefined,
    setDisposition: () => undefined,
  };
  return connection;
}
