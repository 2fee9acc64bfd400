// SPDX-License-Identifier: Apache-2.0
// What the kernel's bytes become in the host's language.
import assert from 'node:assert/strict';
import {
  answerOf,
  request,
  Request,
  setTicket,
  WireWriter,
  type Answer,
} from '../../../web/common/kernel-wire.ts';
import type { Kernel, KernelAction } from '../../../web/kernel/kernel.ts';
import { kernelTest, makeKernel } from './kernel-module.ts';

const kNonBlocking = 0o4000;
const SIGTERM = 15;
const SIGKILL = 9;
const SIGSTOP = 19;
const SIGCONT = 18;
const SIGSYS = 31;

function actions(kernel: Kernel): KernelAction[] {
  const all: KernelAction[] = [];
  for (let one = kernel.takeAction(); one; one = kernel.takeAction()) all.push(one);
  return all;
}

function ask(kernel: Kernel, pid: number, message: Uint8Array, ticket = 1): Answer | null {
  setTicket(message, ticket);
  kernel.submit(pid, message);
  const reply = kernel.takeReply();
  if (reply) assert.equal(reply.pid, pid);
  return reply && answerOf(reply.reply);
}

function spawn(note: string, keep: readonly number[] = [], isOutside = false): Uint8Array {
  const message = request(Request.spawn).text('/bin/ä').texts(['a', '\udcff']).texts(['X=1']);
  message.flag(true).text('/somewhere').u32(0).u32(keep.length);
  for (const one of keep) message.u32(one);
  message.flag(true).flag(false).flag(false).flag(false).u64(0n).flag(isOutside);
  return message.raw(new TextEncoder().encode(note)).take();
}

kernelTest('a root gets the pid that is wanted, or the next', () => {
  const kernel = makeKernel();
  assert.equal(kernel.addRoot(4711, '/'), 4711);
  assert.equal(kernel.addRoot(0, '/'), 2);
  assert.ok(kernel.addRoot(4711, '/') < 0);
  assert.ok(kernel.addRoot(1, '/') < 0); // the kernel's own
});

kernelTest('starting is told with descriptors, place and note', () => {
  const kernel = makeKernel();
  kernel.addRoot(2, '/');
  const pipe = ask(kernel, 2, request(Request.makePipe).u32(0).take());
  assert.deepEqual([pipe?.value, pipe?.second], [0, 1]);
  assert.equal(ask(kernel, 2, spawn('ä note', [1], true))?.value, 3);
  const [start, ...others] = actions(kernel);
  assert.deepEqual(others, []);
  assert.ok(start?.kind === 'start');
  assert.equal(new TextDecoder().decode(start.note), 'ä note');
  assert.deepEqual([start.pid, start.outside, start.replaces, start.descriptors], [3, true, false, [0, 1]]);
});

kernelTest('ending, signals, stopping and going on are told', () => {
  const kernel = makeKernel();
  kernel.addRoot(2, '/');
  ask(kernel, 2, spawn(''));
  actions(kernel);
  const kill = (signal: number): KernelAction[] => {
    ask(kernel, 2, request(Request.kill).u32(3).u32(signal).take());
    return actions(kernel);
  };
  assert.deepEqual(kill(SIGSTOP), [{ kind: 'stop', pid: 3 }]);
  assert.deepEqual(kill(SIGCONT), [{ kind: 'continue', pid: 3 }]);
  ask(kernel, 3, request(Request.setAction).u32(SIGTERM).flag(true).u8(2).u32(0).take());
  assert.deepEqual(kill(SIGTERM), [{ kind: 'signal', pid: 3, signal: SIGTERM }]);
  assert.deepEqual(kill(SIGKILL), [{ kind: 'end', pid: 3, status: SIGKILL, running: true }]);
  kernel.processExited(2, 5);
  assert.deepEqual(actions(kernel), [{ kind: 'end', pid: 2, status: 5 << 8, running: false }]);
});

kernelTest('streams of the host are read, written and closed', () => {
  const kernel = makeKernel();
  kernel.addRoot(2, '/');
  const stream = kernel.addStream(2, 77, 2);
  assert.ok(stream >= 0);
  assert.equal(
    ask(
      kernel,
      2,
      request(Request.write)
        .u32(stream)
        .raw(Uint8Array.of(1, 2, 3))
        .take(),
    )?.value,
    3,
  );
  assert.deepEqual(actions(kernel), [{ kind: 'write', handle: 77, bytes: Uint8Array.of(1, 2, 3) }]);
  kernel.outsideWritten(77, 3);
  assert.equal(ask(kernel, 2, request(Request.read).u32(stream).u32(10).take(), 9), null);
  assert.deepEqual(actions(kernel), [{ kind: 'read', handle: 77 }]);
  kernel.outsideInput(77, Uint8Array.of(9));
  const reply = kernel.takeReply();
  assert.ok(reply);
  assert.deepEqual([...answerOf(reply.reply).data], [9]);
  kernel.outsideEnded(77);
  assert.equal(ask(kernel, 2, request(Request.read).u32(stream).u32(10).take())?.value, 0);
  ask(kernel, 2, request(Request.close).u32(stream).take());
  assert.deepEqual(actions(kernel), [{ kind: 'close', handle: 77 }]);
});

kernelTest('replies and actions outlive the memory that they were in', () => {
  const kernel = makeKernel();
  kernel.addRoot(2, '/');
  const stream = kernel.addStream(2, 5, 1 | kNonBlocking);
  const bytes = Uint8Array.from({ length: 60_000 }, (_, index) => index % 251);
  ask(kernel, 2, request(Request.write).u32(stream).raw(bytes).take());
  const [written] = actions(kernel);
  for (let index = 0; index < 100; ++index) ask(kernel, 2, spawn('x'.repeat(100_000))); // memory grows, and what was in it moves
  assert.ok(written?.kind === 'write');
  assert.deepEqual(written.bytes, bytes);
});

kernelTest('time is told when somebody waits for it', () => {
  const kernel = makeKernel();
  kernel.addRoot(2, '/');
  assert.ok(kernel.nextDeadline < 0);
  kernel.advance(1000);
  const poll = new WireWriter().u16(50).u16(0).u32(0).u32(0).u64(250_000_000n).flag(false).take();
  assert.equal(ask(kernel, 2, poll, 6), null);
  assert.equal(kernel.nextDeadline, 1250);
  kernel.advance(1249.5);
  assert.equal(kernel.takeReply(), null);
  kernel.advance(1250);
  assert.equal(kernel.takeReply()?.pid, 2);
  assert.ok(kernel.nextDeadline < 0);
});

kernelTest('a message that is none ends its process by SIGSYS', () => {
  for (const message of [[], [1], [255, 255, 0, 0, 0, 0, 0, 0], [10, 0, 0, 0, 1, 0, 0, 0, 5]]) {
    const kernel = makeKernel();
    kernel.addRoot(2, '/');
    kernel.submit(2, Uint8Array.from(message));
    assert.deepEqual(actions(kernel), [{ kind: 'end', pid: 2, status: SIGSYS, running: true }]);
  }
});
