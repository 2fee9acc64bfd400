// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import {
  answerOf,
  kReplyHeader,
  kRequestHeader,
  request,
  Request,
  setTicket,
  ticketOfReply,
  WireReader,
  WireWriter,
} from '../../../web/common/kernel-wire.ts';

test('numbers are little endian in their own width', () => {
  const bytes = new WireWriter().u8(0xfe).flag(true).flag(false).u16(0x1234).u32(0x89abcdef).u64(-2n).take();
  const expected = [0xfe, 1, 0, 0x34, 0x12, 0xef, 0xcd, 0xab, 0x89, 0xfe, ...new Array<number>(7).fill(0xff)];
  assert.deepEqual([...bytes], expected);
});

test('a negative number of 32 bits is the same as unsigned', () => {
  const bytes = new WireWriter().u32(-1).u32(0xffffffff).take();
  const reader = new WireReader(bytes);
  assert.equal(reader.i32(), -1);
  assert.equal(reader.u32(), 0xffffffff);
});

test('what is read is what was written, at any offset of the memory', () => {
  const bytes = new WireWriter().u8(7).text('ä€😀').texts(['', 'b']).raw(Uint8Array.of(1, 2)).take();
  const moved = new Uint8Array(bytes.length + 5);
  moved.set(bytes, 5);
  const reader = new WireReader(moved.subarray(5));
  assert.equal(reader.u8(), 7);
  assert.equal(reader.text(), 'ä€😀');
  assert.deepEqual(
    reader.list(() => reader.text()),
    ['', 'b'],
  );
  assert.deepEqual([...reader.rest()], [1, 2]);
});

test('text that is not UTF-8 keeps its bytes', () => {
  const bytes = new WireWriter().text('a\udcffb\udc80').take();
  assert.deepEqual([...bytes], [4, 0, 0, 0, 0x61, 0xff, 0x62, 0x80]);
  assert.equal(new WireReader(bytes).text(), 'a\udcffb\udc80');
});

test('an optional is a flag, and the value when there is one', () => {
  const writer = new WireWriter();
  const number = (value: number): void => {
    writer.u32(value);
  };
  assert.deepEqual([...writer.maybe(null, number).maybe(0, number).take()], [0, 1, 0, 0, 0, 0]);
});

test('the writer grows by any amount, at any moment', () => {
  const large = Uint8Array.from({ length: 10_000 }, (_, index) => index & 0xff);
  for (const before of [0, 1, 254, 255, 256, 257, 511, 512]) {
    const writer = new WireWriter().raw(large.subarray(0, before)).u64(0x0102030405060708n).raw(large);
    const bytes = writer.u16(0xbeef).take();
    assert.equal(bytes.length, before + 8 + large.length + 2);
    assert.deepEqual(bytes.subarray(0, before), large.subarray(0, before));
    assert.equal(new DataView(bytes.buffer).getBigUint64(before, true), 0x0102030405060708n);
    assert.deepEqual(bytes.subarray(before + 8, -2), large);
    assert.deepEqual([...bytes.subarray(-2)], [0xef, 0xbe]);
  }
});

test('what was taken does not change when the writer goes on', () => {
  const writer = new WireWriter().u8(1);
  const taken = writer.take();
  writer.u8(2);
  assert.deepEqual([...taken], [1]);
  assert.deepEqual([...writer.take()], [1, 2]);
  assert.equal(taken.buffer.byteLength, 1); // it may be handed over to another thread
});

test('a message that ends too early is refused', () => {
  assert.throws(() => new WireReader(Uint8Array.of(1, 2, 3)).u32(), RangeError);
  const list = new WireReader(new WireWriter().u32(9).take());
  assert.throws(() => list.list(() => list.u8()), RangeError);
  const text = new WireReader(new WireWriter().u32(9).raw(Uint8Array.of(65)).take());
  assert.throws(() => text.text(), RangeError);
});

test('a request begins with its number and its ticket', () => {
  const message = request(Request.kill).u32(5).u32(15).take();
  setTicket(message, 0xfffffffe);
  assert.equal(message.length, kRequestHeader + 8);
  assert.deepEqual([...message.subarray(0, kRequestHeader)], [70, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
});

test('a reply has an error or values, and data', () => {
  const reply = (error: number): Uint8Array =>
    new WireWriter()
      .u32(0xffffffff)
      .u16(error)
      .u16(1)
      .u64(-5n)
      .u64(2n ** 40n)
      .u64(7n)
      .raw(Uint8Array.of(9))
      .take();
  assert.equal(ticketOfReply(reply(0)), 0xffffffff);
  assert.deepEqual(answerOf(reply(0)), { error: null, value: -5, second: 2 ** 40, data: Uint8Array.of(9) });
  assert.equal(answerOf(reply(64)).error, 'EPIPE');
  assert.equal(answerOf(reply(9999)).error, 'EIO');
  assert.equal(answerOf(reply(0).subarray(0, kReplyHeader)).data.length, 0);
});

/** The table at the end of kernel/requests.h. */
function kernelRequests(): Map<string, number> {
  const header = fs.readFileSync(new URL('../../../kernel/requests.h', import.meta.url), 'utf8');
  const rows = [...header.matchAll(/^ *REQUEST\((\d+), (\w+)\)/gm)];
  return new Map(rows.map(([, number, name = '']) => [name, Number(number)]));
}

test('requests have the numbers of kernel/requests.h', () => {
  const numbers = kernelRequests();
  assert.ok(numbers.size > 50);
  for (const [name, number] of Object.entries(Request))
    assert.equal(number, numbers.get(name.charAt(0).toUpperCase() + name.slice(1)), name);
});

test('errors have the numbers of kernel/result.h', () => {
  const header = fs.readFileSync(new URL('../../../kernel/result.h', import.meta.url), 'utf8');
  const number = (name: string): number => Number(new RegExp(`^ *${name} = (\\d+)`, 'm').exec(header)?.[1]);
  const names = { Again: 'EAGAIN', BadDescriptor: 'EBADF', NoChild: 'ECHILD', BrokenPipe: 'EPIPE' } as const;
  for (const [name, errno] of Object.entries(names)) {
    const reply = new WireWriter().u32(0).u16(number(name)).u16(0).u64(0n).u64(0n).take();
    assert.equal(answerOf(reply).error, errno);
  }
});
