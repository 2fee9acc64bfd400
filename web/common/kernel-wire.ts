// SPDX-License-Identifier: Apache-2.0
// Requests, replies and actions of the kernel as bytes: kernel/codec.h in the host's language, with the few requests
// that hosts make themselves. The interpreter's own are made in runtime/.

import { errnoName, type ErrnoName } from './errno.ts';
import { bytesFromText, textFromBytes } from './path-text.ts';

/** Numbers of kernel/requests.h. */
export const Request = {
  spawn: 2,
  wait: 3,
  execute: 9,
  read: 10,
  write: 11,
  close: 12,
  duplicate: 13,
  control: 15,
  makePipe: 19,
  passFile: 43,
  takeFile: 44,
  kill: 70,
  setAction: 71,
  cancel: 76,
  lockFile: 90,
  lockRecord: 91,
  openLockable: 93,
  reportUsage: 120,
} as const;
export type RequestNumber = (typeof Request)[keyof typeof Request];

/** A request's number, zero, and its ticket (kernel/protocol.h). */
export const kRequestHeader = 8;
const kTicketOffset = 4;
/** A reply's ticket, error, whether to ask again, two values, and how often shared blocks were changed. */
export const kReplyHeader = 32;

const kFirstSize = 256;

export class WireWriter {
  #bytes = new Uint8Array(kFirstSize);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  u8(value: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
    return this;
  }
  flag(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }
  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
    return this;
  }
  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value >>> 0, true);
    return this;
  }
  u64(value: bigint): this {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
    return this;
  }
  text(value: string): this {
    const bytes = bytesFromText(value);
    return this.u32(bytes.length).raw(bytes);
  }
  texts(values: readonly string[]): this {
    this.u32(values.length);
    for (const value of values) this.text(value);
    return this;
  }
  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }
  /** An optional: a flag, and the value. */
  maybe<T>(value: T | null, write: (value: T) => void): this {
    this.flag(value !== null);
    if (value !== null) write(value);
    return this;
  }
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
  }

  /** REQUIRES: called before the bytes or the view are looked at, which it may replace. */
  #room(size: number): number {
    const at = this.#size;
    this.#size += size;
    if (this.#size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#size, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }
  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }
  text(): string {
    const size = this.u32();
    const at = this.#skip(size);
    return textFromBytes(this.#bytes.subarray(at, at + size));
  }
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.u32() }, read);
  }
  /** All that is left; a view. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  #skip(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new RangeError('the message ends too early');
    return at;
  }
}

/** A request without a ticket yet. */
export function request(number: RequestNumber): WireWriter {
  return new WireWriter().u16(number).u16(0).u32(0);
}

/** What is to become of a signal; the numbers of kernel/signals.h. */
export function dispositionRequest(signal: number, disposition: number): Uint8Array<ArrayBuffer> {
  return request(Request.setAction).u32(signal).flag(true).u8(disposition).u32(0).take();
}

export function setTicket(message: Uint8Array, ticket: number): void {
  new DataView(message.buffer, message.byteOffset).setUint32(kTicketOffset, ticket, true);
}

export function ticketOfReply(reply: Uint8Array): number {
  return new DataView(reply.buffer, reply.byteOffset).getUint32(0, true);
}

export interface Answer {
  /** Null when it went well. */
  readonly error: ErrnoName | null;
  readonly value: number;
  readonly second: number;
  readonly data: Uint8Array;
}

const Reply = { error: 4, value: 8, second: 16 } as const;

export function answerOf(reply: Uint8Array): Answer {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
  const error = view.getUint16(Reply.error, true);
  return {
    error: error === 0 ? null : errnoName(error),
    value: Number(view.getBigInt64(Reply.value, true)),
    second: Number(view.getBigInt64(Reply.second, true)),
    data: reply.subarray(kReplyHeader),
  };
}
