// SPDX-License-Identifier: Apache-2.0
// The kernel's host: processes that are the test's, over the real kernel.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { request, Request, setTicket, WireWriter, type Answer } from '../../../web/common/kernel-wire.ts';
import type { InheritedDescriptor } from '../../../web/common/process-start.ts';
import type { FromProcess } from '../../../web/kernel/messages.ts';
import { FakeProcess, fakeHub, kernelDescriptor, type FakeHub } from './fake-processes.ts';
import { kernelTest } from './kernel-module.ts';

const SIGINT = 2;
const SIGKILL = 9;
const SIGSEGV = 11;
const SIGTERM = 15;
const SIGCHLD = 17;
const SIGSTOP = 19;
const SIGCONT = 18;
const SIGSYS = 31;
const kReadOnly = 0;
const kWriteOnly = 1;
const kPoll = 50;

const text = new TextDecoder();
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

function poll(milliseconds: number): Uint8Array<ArrayBuffer> {
  const message = new WireWriter().u16(kPoll).u16(0).u32(0).u32(0);
  return message
    .u64(BigInt(milliseconds) * 1_000_000n)
    .flag(false)
    .take();
}

async function child(
  { root, last }: FakeHub,
  ...args: Parameters<FakeProcess['spawn']>
): Promise<FakeProcess> {
  const { error, value } = await root.spawn(...args);
  assert.equal(error, null);
  assert.equal(last().pid, value);
  return last();
}

/** What is asked is not answered within a turn of the event loop. */
async function isOpen(answer: Promise<Answer>): Promise<boolean> {
  return (await Promise.race([answer, pause(5)])) === undefined;
}

kernelTest('a child is started with what it was given, and its end is waited for', async () => {
  const all = fakeHub();
  const one = await child(all, { program: '/bin/ä', env: { A: '\udcff' }, umask: 0o77 });
  assert.equal(one.start?.program, '/bin/ä');
  assert.deepEqual(one.start.env, { A: '\udcff' });
  const waiting = all.root.wait();
  assert.ok(await isOpen(waiting));
  one.exit(3);
  const { value, second } = await waiting;
  assert.deepEqual([value, second], [one.pid, 3 << 8]);
  assert.deepEqual(all.hub.pids, [all.root.pid]);
  assert.equal(one.ended, null); // it has ended by itself
  assert.equal((await all.root.wait()).error, 'ECHILD');
});

kernelTest('who waits is told what a process has said that it used', async () => {
  const all = fakeHub();
  const one = await child(all);
  await one.ask(request(Request.reportUsage).u64(12n).u64(34n).take());
  one.exit(0);
  const { data } = await all.root.wait();
  assert.deepEqual([...new BigUint64Array(data.slice().buffer)], [12n, 34n]);
});

kernelTest('exit codes are eight bits, signals are themselves', async () => {
  const all = fakeHub();
  for (const [message, status] of [
    [{ kind: 'exit', code: 256 + 7 }, 7 << 8],
    [{ kind: 'killed', signal: SIGSEGV }, SIGSEGV],
  ] satisfies [FromProcess, number][]) {
    const one = await child(all);
    one.events?.receive(message);
    assert.equal((await all.root.wait(one.pid)).second & 0xff7f, status);
  }
});

kernelTest('a Worker that has vanished counts as killed', async () => {
  const all = fakeHub();
  const one = await child(all);
  one.events?.vanished(SIGKILL);
  assert.equal((await all.root.wait()).second, SIGKILL);
  one.events?.vanished(SIGKILL); // once more is nothing
  one.exit(0);
  assert.equal((await all.root.wait()).error, 'ECHILD');
});

kernelTest('a signal without a handler ends the Worker, one with a handler is handed to it', async () => {
  const all = fakeHub();
  const one = await child(all);
  await one.handle(SIGTERM);
  await all.root.kill(one.pid, SIGTERM);
  assert.deepEqual([one.signals, one.ended], [[SIGTERM], null]);
  await all.root.kill(one.pid, SIGINT);
  assert.equal(one.ended, SIGINT);
  assert.equal((await all.root.wait()).second, SIGINT);
});

kernelTest('a signal to a group reaches all of it and nobody else', async () => {
  const all = fakeHub();
  const leader = await child(all, {}, { group: 0 });
  const member = await child(all, {}, { group: leader.pid });
  const other = await child(all);
  await all.root.kill(-leader.pid, SIGTERM);
  assert.deepEqual([leader.ended, member.ended, other.ended], [SIGTERM, SIGTERM, null]);
  assert.equal(all.root.ended, null);
});

kernelTest('a key at the terminal is for the group, but programs of the machine have had it', async () => {
  const all = fakeHub();
  await all.root.handle(SIGINT);
  const inside = await child(all);
  const outside = await child(all, {}, { isOutside: true });
  const apart = await child(all, {}, { group: 0 });
  all.hub.terminalSignal(all.root.pid, SIGINT);
  assert.deepEqual(
    [all.root.signals, inside.ended, outside.signals, apart.ended],
    [[SIGINT], SIGINT, [], null],
  );
  await all.root.kill(outside.pid, SIGINT);
  assert.deepEqual(outside.signals, [SIGINT]);
});

kernelTest('a signal from outside of all processes', async () => {
  const all = fakeHub();
  const one = await child(all);
  all.hub.signal(one.pid, SIGTERM);
  assert.equal(one.ended, SIGTERM);
});

kernelTest('a stopped process gets its replies when it goes on', async () => {
  const all = fakeHub();
  const one = await child(all);
  await all.root.kill(one.pid, SIGSTOP);
  const asked = one.pipe();
  assert.equal(await Promise.race([asked, pause(5)]), undefined);
  await all.root.kill(one.pid, SIGCONT);
  assert.deepEqual(await asked, [0, 1]);
});

kernelTest('orphans go on when the root ends first, and the hub is empty after the last', async () => {
  const all = fakeHub();
  const one = await child(all);
  let isEmpty = false;
  const empty = all.hub.whenEmpty().then(() => {
    isEmpty = true;
  });
  all.root.exit(0);
  const [reader, writer] = await one.pipe();
  await one.write(writer, bytes('on my own'));
  assert.equal(text.decode((await one.read(reader)).data), 'on my own');
  await one.spawn();
  const grandchild = all.last();
  one.exit(0);
  await pause(2);
  assert.equal(isEmpty, false);
  grandchild.exit(0);
  await empty;
  assert.deepEqual(all.hub.pids, []);
  await all.hub.whenEmpty(); // at once
});

kernelTest('what comes from a process after its end is nothing', async () => {
  const all = fakeHub();
  const one = await child(all);
  await all.root.kill(one.pid, SIGKILL);
  const asked = one.pipe();
  one.events?.receive({ kind: 'started' });
  one.exit(1);
  assert.equal(await Promise.race([asked, pause(5)]), undefined);
  assert.equal((await all.root.wait()).second, SIGKILL);
});

kernelTest('a poll ends when its time is over', async () => {
  const { root } = fakeHub();
  const before = performance.now();
  assert.deepEqual((await root.ask(poll(30))).value, 0);
  const took = performance.now() - before;
  assert.ok(took >= 30 && took < 1000, String(took));
});

kernelTest('of several times the next counts, and one that is given up does not', async () => {
  const { root } = fakeHub();
  const late = root.ask(poll(60_000));
  const order: number[] = [];
  await Promise.all(
    [40, 10, 25].map(async (time) => {
      await root.ask(poll(time));
      order.push(time);
    }),
  );
  assert.deepEqual(order, [10, 25, 40]);
  await root.ask(request(Request.cancel).u32(1).take());
  assert.equal((await late).error, 'EINTR');
});

kernelTest('a read that is given up leaves the bytes to the next', async () => {
  const { root } = fakeHub();
  const [reader, writer] = await root.pipe();
  const asked = root.read(reader); // its ticket is 2
  assert.ok(await isOpen(asked));
  await root.ask(request(Request.cancel).u32(2).take());
  assert.equal((await asked).error, 'EINTR');
  await root.write(writer, bytes('later'));
  assert.equal(text.decode((await root.read(reader)).data), 'later');
});

kernelTest('a child shares a pipe with its parent, and its end is the end of the pipe', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const one = await child(all, { descriptors: [kernelDescriptor(1, writer, kWriteOnly)] });
  await all.root.close(writer);
  await one.write(writer, bytes('from the child'));
  assert.equal((await one.read(reader)).error, 'EBADF'); // that it was not given
  assert.equal(text.decode((await all.root.read(reader)).data), 'from the child');
  const rest = all.root.read(reader);
  assert.ok(await isOpen(rest));
  one.exit(0);
  assert.equal((await rest).data.length, 0);
});

kernelTest('a grandchild has nothing of the pipes that it was not given', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const one = await child(all, { descriptors: [kernelDescriptor(1, writer, kWriteOnly)] });
  await all.root.close(writer);
  assert.equal((await one.spawn()).error, null);
  const grandchild = all.last();
  assert.equal((await grandchild.write(writer, bytes('x'))).error, 'EBADF');
  one.exit(0);
  assert.equal((await all.root.read(reader)).data.length, 0);
  assert.deepEqual(all.hub.pids, [all.root.pid, grandchild.pid]);
});

kernelTest('a message that is no request ends its process by SIGSYS', async () => {
  const all = fakeHub();
  const one = await child(all);
  one.events?.receive({ kind: 'request', bytes: Uint8Array.of(1, 2, 3) });
  assert.equal(one.ended, SIGSYS);
  assert.equal((await all.root.wait()).second & 0x7f, SIGSYS);
});

kernelTest('so does one that is nothing at all', async () => {
  const all = fakeHub();
  for (const message of [
    null,
    5,
    {},
    { kind: 'nonsense' },
    { kind: 'request' },
    { kind: 'request', bytes: 'x' },
  ]) {
    const one = await child(all);
    one.events?.receive(message as unknown as FromProcess);
    assert.equal(one.ended, SIGSYS, JSON.stringify(message));
    assert.equal((await all.root.wait()).second & 0x7f, SIGSYS);
  }
});

kernelTest('a start that nobody can make sense of ends the child, and the hub lives', async () => {
  const all = fakeHub();
  for (const note of ['', 'no JSON', 'null', '5', 'pump 7', 'pump x']) {
    const message = request(Request.spawn).text('').texts([]).texts([]).flag(false).u32(0).u32(0);
    message.flag(false).flag(false).flag(false).flag(false).u64(0n).flag(false).raw(bytes(note));
    const { value, error } = await all.root.ask(message.take());
    assert.equal(error, null);
    const ended = await all.root.wait(value);
    assert.deepEqual([ended.value, ended.second & 0x7f], [value, SIGSYS], note);
  }
  assert.deepEqual(all.hub.pids, [all.root.pid]);
  assert.equal(all.started.length, 0);
});

kernelTest('another program has the place of the old one, which is ended and nobody hears of', async () => {
  const all = fakeHub();
  const old = await child(all, { program: '/bin/old' });
  const [reader, writer] = await old.pipe();
  const [closed, other] = await old.pipe();
  await old.handle(SIGTERM);
  const reading = old.read(closed);
  void old.execute({ program: '/bin/new', descriptors: [kernelDescriptor(0, reader, kReadOnly)] });
  assert.notEqual(old.ended, null);
  const now = all.last();
  assert.deepEqual([now.pid, now.start?.program, now.pump], [old.pid, '/bin/new', null]);
  assert.deepEqual(all.hub.pids, [all.root.pid, old.pid]);
  assert.equal((await now.read(reader)).data.length, 0); // the end that was not given is closed
  assert.equal((await now.write(other, bytes('x'))).error, 'EBADF');
  assert.equal((await now.close(writer)).error, 'EBADF');
  assert.ok(await isOpen(reading));
  const waiting = all.root.wait();
  assert.ok(await isOpen(waiting));
  now.exit(7);
  assert.deepEqual((await waiting).second, 7 << 8);
});

kernelTest('a handler goes with its program', async () => {
  const all = fakeHub();
  const old = await child(all);
  await old.handle(SIGTERM);
  void old.execute();
  await all.root.kill(old.pid, SIGTERM);
  assert.deepEqual([all.last().ended, old.signals], [SIGTERM, []]);
});

kernelTest('what is given to it is its children’s only when they are given it, too', async () => {
  const all = fakeHub();
  const old = await child(all);
  const [reader, writer] = await old.pipe();
  void old.execute({ descriptors: [kernelDescriptor(1, writer, kWriteOnly)] });
  const now = all.last();
  await now.spawn();
  await now.close(writer);
  assert.equal((await now.close(reader)).error, 'EBADF');
});

kernelTest('a program of the machine in the place of one of ours has a pump', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const one = await child(all, { descriptors: [kernelDescriptor(1, writer, kWriteOnly)] });
  await all.root.close(writer);
  void one.execute({ descriptors: [kernelDescriptor(1, writer, kWriteOnly)] }, true);
  const now = all.last();
  assert.ok(now.pump && now.pid === one.pid);
  now.exit(0);
  await now.pump.ask(request(Request.write).u32(writer).raw(bytes('late')).take());
  now.pump.end();
  assert.equal(text.decode((await all.root.read(reader)).data), 'late');
  assert.equal((await all.root.read(reader)).data.length, 0);
  assert.equal((await all.root.wait(one.pid)).second, 0);
});

kernelTest('the first process goes on as another program, of whose end the host is told', async () => {
  const all = fakeHub();
  let replaced = 0;
  Object.assign(all.root, { replaced: () => ++replaced });
  const { pid } = all.root;
  const ended = all.hub.whenEnded(pid);
  void all.root.execute({ program: '/bin/new' });
  assert.deepEqual([replaced, all.root.ended, all.last().pid], [1, null, pid]);
  void all.last().execute({ program: '/bin/newer' }); // once more, which is a Worker's
  assert.deepEqual([replaced, all.started[0]?.ended], [1, 0]);
  const kill = all.last().kill(pid, SIGTERM);
  assert.equal(await ended, SIGTERM);
  assert.equal(all.last().ended, SIGTERM);
  assert.ok(await isOpen(kill));
  await all.hub.whenEmpty();
});

kernelTest('what an old Worker has opened can be opened again before it ends', async () => {
  const ended: (number | null | undefined)[] = [];
  const all = fakeHub({
    start: (pid, start, events) => {
      ended.push(all.started.at(-1)?.ended);
      const process = new FakeProcess(pid, start, events);
      all.started.push(process);
      return process;
    },
  });
  const old = await child(all);
  void old.execute();
  assert.deepEqual([ended, old.ended], [[undefined, null], 0]);
});

kernelTest('a program is started before who wanted it is told', async () => {
  let answered = false;
  const all = fakeHub({
    start: (pid, start, events) => {
      assert.ok(!answered);
      return new FakeProcess(pid, start, events);
    },
  });
  const { reply } = all.root;
  all.root.reply = (bytes) => {
    answered = true;
    reply.call(all.root, bytes);
  };
  assert.equal((await all.root.spawn()).error, null);
});

kernelTest('a program that cannot take the place after all counts as killed', async () => {
  const all = fakeHub();
  const old = await child(all);
  void old.ask(
    request(Request.execute).text('').texts([]).texts([]).u32(0).flag(false).raw(bytes('no JSON')).take(),
  );
  assert.equal(old.ended, SIGSYS);
  assert.equal((await all.root.wait()).second & 0x7f, SIGSYS);
});

kernelTest('too much text, and the old program goes on', async () => {
  const all = fakeHub();
  const old = await child(all);
  const { error } = await old.execute({ args: ['x'.repeat(3 << 20)] });
  assert.deepEqual([error, old.ended], ['E2BIG', null]);
});

kernelTest('a child that cannot be started counts as killed', async () => {
  const all = fakeHub({
    start: () => {
      throw new Error('there are no more threads');
    },
    startOutside: () => {
      throw new Error('spawn ENOEXEC');
    },
  });
  for (const isOutside of [false, true]) {
    const { value } = await all.root.spawn({}, { isOutside });
    assert.equal((await all.root.wait(value)).second & 0x7f, SIGKILL);
  }
  assert.deepEqual(all.hub.pids, [all.root.pid]);
});

kernelTest('a child may be gone before it is started', async () => {
  const all = fakeHub({
    start: (_pid, _start, events) => {
      events.vanished(SIGKILL);
      return { reply: () => undefined, signal: () => undefined, end: () => undefined };
    },
  });
  const { value } = await all.root.spawn();
  assert.equal((await all.root.wait(value)).second, SIGKILL);
  assert.deepEqual(all.hub.pids, [all.root.pid]);
});

kernelTest('a fork bomb meets EAGAIN, and all of it can be ended', async () => {
  for (const isOutside of [false, true]) {
    const all = fakeHub();
    let failure: Answer['error'] = null;
    for (let count = 0; failure === null && count < 2000; ++count)
      failure = (await all.root.spawn({}, { isOutside })).error;
    assert.equal(failure, 'EAGAIN');
    for (const one of all.started) {
      one.events?.vanished(SIGKILL);
      one.pump?.end();
    }
    for (;;) if ((await all.root.wait()).error !== null) break;
    assert.deepEqual(all.hub.pids, [all.root.pid]);
    assert.equal((await all.root.spawn({}, { isOutside })).error, null);
  }
});

kernelTest('so does one whose programs have pipes, and none stays without a pump', async () => {
  const all = fakeHub();
  const [, writer] = await all.root.pipe();
  const descriptors = [kernelDescriptor(1, writer, kWriteOnly)];
  for (;;) if ((await all.root.spawn({ descriptors }, { isOutside: true })).error !== null) break;
  for (const one of all.started) {
    one.exit(0);
    one.pump?.end();
  }
  const ends: number[] = [];
  for (let one = await all.root.wait(); one.error === null; one = await all.root.wait())
    ends.push(one.second);
  assert.deepEqual(
    ends.filter((status) => status !== 0),
    ends.length > all.started.length ? [SIGKILL] : [],
  );
  assert.deepEqual(all.hub.pids, [all.root.pid]);
});

kernelTest('a root that the kernel refuses is no process', () => {
  const all = fakeHub();
  assert.throws(() => all.hub.addRoot(1, '/', all.root));
  assert.throws(() => all.hub.addRoot(all.root.pid, '/', all.root));
  assert.deepEqual(all.hub.pids, [all.root.pid]);
});

// What carries for a program of the machine.

async function outsideWith(all: FakeHub, given: readonly (readonly [handle: number, flags: number])[]) {
  const descriptors = given.map(([handle, flags], fd) => kernelDescriptor(fd, handle, flags));
  const one = await child(all, { descriptors }, { isOutside: true });
  const { pump } = one;
  assert.ok(pump);
  return { one, pump };
}

kernelTest('a pump has the descriptors of the program, which has none itself', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const { one, pump } = await outsideWith(all, [[writer, kWriteOnly]]);
  await all.root.close(writer);
  assert.equal((await one.write(writer, bytes('x'))).error, 'EBADF');
  assert.equal((await pump.ask(request(Request.write).u32(writer).raw(bytes('ok')).take())).value, 2);
  assert.equal(text.decode((await all.root.read(reader)).data), 'ok');
  const rest = all.root.read(reader);
  one.exit(0);
  assert.ok(await isOpen(rest)); // the program is over, what it has written is still carried
  assert.equal((await all.root.wait()).value, one.pid);
  await pump.ask(request(Request.write).u32(writer).raw(bytes('last')).take());
  assert.equal(text.decode((await rest).data), 'last');
  pump.end();
  assert.equal((await all.root.read(reader)).data.length, 0);
  assert.deepEqual(all.hub.pids, [all.root.pid]);
});

kernelTest('a pump is told when nobody reads any more', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const { pump, one } = await outsideWith(all, [[writer, kWriteOnly]]);
  await all.root.close(writer);
  await all.root.close(reader);
  assert.equal((await pump.ask(request(Request.write).u32(writer).raw(bytes('x')).take())).error, 'EPIPE');
  assert.deepEqual(one.signals, []);
  assert.equal((await pump.ask(request(Request.close).u32(writer).take())).error, null); // it lives
});

kernelTest(
  'a program that has nothing of the kernel has a process only, and its pump is nobody',
  async () => {
    const all = fakeHub();
    const { pump, one } = await outsideWith(all, []);
    assert.deepEqual(all.hub.pids, [all.root.pid, one.pid]);
    assert.equal((await pump.ask(request(Request.makePipe).u32(0).take())).error, 'ESRCH');
    pump.tell(request(Request.makePipe).u32(0).take());
    pump.end();
    one.exit(0);
    assert.equal((await all.root.wait()).value, one.pid);
    assert.deepEqual(all.hub.pids, [all.root.pid]);
  },
);

kernelTest('no signal that is for everybody reaches a pump', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const { pump, one } = await outsideWith(all, [[writer, kWriteOnly]]);
  await all.root.close(writer);
  await all.root.kill(-1, SIGKILL);
  assert.deepEqual(one.signals, [SIGKILL]);
  assert.equal((await pump.ask(request(Request.write).u32(writer).raw(bytes('x')).take())).value, 1);
  assert.equal((await all.root.read(reader)).data.length, 1);
});

kernelTest('the end of a pump is nothing to the program', async () => {
  const all = fakeHub();
  const [reader] = await all.root.pipe();
  const { pump, one } = await outsideWith(all, [[reader, kReadOnly]]);
  pump.end();
  assert.deepEqual([one.signals.filter((signal) => signal !== SIGCHLD), one.ended], [[], null]);
  pump.end();
  assert.equal((await pump.ask(request(Request.makePipe).u32(0).take())).error, 'ESRCH'); // it is answered
});

kernelTest('a pump that ends answers what it was asked before', async () => {
  const all = fakeHub();
  const [reader, writer] = await all.root.pipe();
  const { pump } = await outsideWith(all, [[reader, kReadOnly]]);
  const asked = pump.ask(request(Request.read).u32(reader).u32(10).take());
  assert.ok(await isOpen(asked));
  pump.end();
  assert.equal((await asked).error, 'ESRCH');
  await all.root.write(writer, bytes('x'));
  assert.equal(text.decode((await all.root.read(reader)).data), 'x');
});

const openLock = (inode: bigint) => request(Request.openLockable).u64(1n).u64(inode).flag(false).take();
/** Without waiting. */
const lockAlone = (handle: number) => request(Request.lockFile).u32(handle).u32(2).flag(false).take();

/** A file of the host's, as a process gets it. */
function lockedFile(lock: number): InheritedDescriptor {
  return { kind: 'file', fd: 3, flags: 2, path: '/file', handle: 30, shared: -1, lock };
}

kernelTest('a lock is held until the last process that was given the file is over', async () => {
  const all = fakeHub();
  const { value: lock } = await all.root.ask(openLock(7n));
  assert.equal((await all.root.ask(lockAlone(lock))).error, null);
  const heir = await child(all, { descriptors: [lockedFile(lock)] });
  const stranger = await child(all);
  const { value: other } = await stranger.ask(openLock(7n));
  assert.equal((await heir.ask(lockAlone(lock))).error, null);
  await all.root.close(lock);
  assert.equal((await stranger.ask(lockAlone(other))).error, 'EAGAIN');
  heir.exit(0);
  assert.equal((await stranger.ask(lockAlone(other))).error, null);
});

kernelTest('a program of the machine holds the lock that it was given until it is over', async () => {
  const all = fakeHub();
  const { value: lock } = await all.root.ask(openLock(7n));
  await all.root.ask(lockAlone(lock));
  const program = await child(all, { descriptors: [lockedFile(lock)] }, { isOutside: true });
  await all.root.close(lock);
  const { value: again } = await all.root.ask(openLock(7n));
  assert.equal((await all.root.ask(lockAlone(again))).error, 'EAGAIN');
  program.exit(0);
  program.pump?.end();
  assert.equal((await all.root.ask(lockAlone(again))).error, null);
});
