// SPDX-License-Identifier: Apache-2.0
// The program's questions to the kernel, and what may end them early.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { errnoNumber } from '../../../web/common/errno.ts';
import { GuestMemory } from '../../../web/common/guest-memory.ts';
import { IdleClock } from '../../../web/common/idle-clock.ts';
import type { Jspi } from '../../../web/common/jspi.ts';
import { kernelImports } from '../../../web/common/kernel-calls.ts';
import { KernelFiles } from '../../../web/common/kernel-files.ts';
import { kReplyHeader } from '../../../web/common/kernel-wire.ts';
import { Signals } from '../../../web/common/signals.ts';
import { kRefused, kSignal, kWoken } from '../../../web/common/threads.ts';
import { fakeConnection, replyOf, type FakeConnection } from './fake-connection.ts';
import { fakeFileSystem } from './fake-file-system.ts';

const kBySignal = 1;
const kByInput = 2;
const kEintr = errnoNumber('EINTR');
const kMessage = 64;
const kHeader = 128;
const kData = 256;
const kCloseOnExec = 0o2000000;

let connection: FakeConnection;
let memory: GuestMemory;
let signals: Signals;
let closeOnExec: Set<number>;
let askedForInput: number;
let inputComes: () => void;

/** Without JSPI's suspension the import is the function itself. */
const kJspi = {
  suspending: (run: unknown) => run,
  promising: (run: unknown) => run,
} as unknown as Jspi;

function imports(jspi: Jspi | null = kJspi): Record<string, (...args: number[]) => unknown> {
  const fs = fakeFileSystem();
  const input = {
    available: 0,
    unread: new Uint8Array(),
    takeOver: () => undefined,
    letGo: () => undefined,
    discard: () => undefined,
    isTerminal: false,
    ready: false,
    read: () => 0,
    whenReady: () => {
      ++askedForInput;
      return new Promise<void>((resolve) => {
        inputComes = resolve;
      });
    },
  };
  const files = new KernelFiles(fs, connection);
  const idle = new IdleClock();
  const host = { memory, connection, files, closeOnExec, signals, input, idle, jspi };
  return kernelImports(host) as Record<string, (...args: number[]) => unknown>;
}

beforeEach(() => {
  connection = fakeConnection();
  memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  signals = new Signals();
  closeOnExec = new Set();
  askedForInput = 0;
  inputComes = () => undefined;
});

/** An answer that comes when it is told to, or with EINTR when it is cancelled. */
function pending(): { answer: (reply: Uint8Array) => void; cancelled: () => number } {
  let answer: (reply: Uint8Array) => void = () => undefined;
  let cancelled = 0;
  const reply = new Promise<Uint8Array>((resolve) => {
    answer = resolve;
  });
  connection.answer = {
    reply,
    cancel: () => {
      ++cancelled;
      answer(replyOf(kEintr, 0));
    },
  };
  return { answer, cancelled: () => cancelled };
}

const ask = (calls: ReturnType<typeof imports>, ends: number, room = 0) =>
  calls['taipan_kernel_ask']?.(kMessage, 8, kHeader, kData, room, ends);
const error = (): number => memory.view.getUint16(kHeader + 4, true);

test('a reply is put where it is wanted, its data as far as there is room', () => {
  const reply = new Uint8Array([...replyOf(0, 7), 1, 2, 3]);
  connection.answer = reply;
  memory.bytes.set([9, 8, 7], kMessage);
  assert.equal(ask(imports(), 0, 2), kWoken);
  assert.deepEqual(memory.bytes.subarray(kHeader, kHeader + kReplyHeader), reply.subarray(0, kReplyHeader));
  assert.deepEqual([...memory.bytes.subarray(kData, kData + 3)], [1, 2, 0]);
  assert.deepEqual([...(connection.asked[0] ?? [])], [9, 8, 7, 0, 0, 0, 0, 0]);
});

test('what must wait is refused where nothing can', () => {
  const { cancelled } = pending();
  assert.equal(ask(imports(null), 0), kRefused);
  assert.equal(cancelled(), 1);
});

test('a signal ends a wait that it may end, also when it was there before', async () => {
  for (const isBefore of [true, false]) {
    const { cancelled } = pending();
    if (isBefore) signals.deliver(2);
    const asked = ask(imports(), kBySignal);
    if (!isBefore) signals.deliver(2);
    assert.deepEqual([await asked, cancelled(), error()], [kSignal, 1, kEintr]);
    signals.take();
  }
  const { answer, cancelled } = pending();
  const asked = ask(imports(), 0);
  signals.deliver(2);
  answer(replyOf(0, 1));
  assert.deepEqual([await asked, cancelled()], [kWoken, 0]);
});

test('input ends a wait that it may end', async () => {
  const { cancelled } = pending();
  const asked = ask(imports(), kByInput);
  inputComes();
  assert.deepEqual([await asked, cancelled(), error()], [kWoken, 1, kEintr]);
});

test('what is answered is not cancelled afterwards, and nobody waits for it any more', async () => {
  const calls = imports();
  const { answer, cancelled } = pending();
  const asked = ask(calls, kBySignal | kByInput);
  answer(replyOf(0, 1));
  assert.equal(await asked, kWoken);
  signals.deliver(2);
  inputComes();
  await Promise.resolve();
  assert.equal(cancelled(), 0);
});

test('however many wait for input, it is asked for once', async () => {
  const calls = imports();
  for (let count = 0; count < 5; ++count) {
    const { answer } = pending();
    const asked = ask(calls, kByInput);
    answer(replyOf(0, 1));
    await asked;
  }
  assert.equal(askedForInput, 1);
  inputComes();
  await new Promise(setImmediate);
  const { cancelled } = pending();
  const asked = ask(calls, kByInput);
  assert.equal(askedForInput, 2);
  inputComes();
  await asked;
  assert.equal(cancelled(), 1);
});

test('descriptors are opened for what the kernel has, until there are too many', () => {
  const calls = imports();
  const open = (flags: number): unknown => calls['taipan_kernel_open']?.(30, flags, 0o010000);
  assert.deepEqual([open(kCloseOnExec), open(0)], [0, 1]);
  assert.deepEqual([...closeOnExec], [0]);
  assert.deepEqual([calls['taipan_kernel_handle']?.(0), calls['taipan_kernel_handle']?.(5)], [30, -1]);
  let last: unknown = 0;
  while (typeof last === 'number' && last >= 0) last = open(0);
  assert.equal(last, -errnoNumber('EMFILE'));
});
