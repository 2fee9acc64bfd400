// SPDX-License-Identifier: Apache-2.0
// How a process speaks to the kernel: one that lives with it, and one in a Worker.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { PendingReply } from '../../../web/common/kernel-connection.ts';
import { answerOf, request, Request, WireWriter, type Answer } from '../../../web/common/kernel-wire.ts';
import { executeRequest, spawnRequest } from '../../../web/common/process-start.ts';
import { Signals } from '../../../web/common/signals.ts';
import { workerPort, type ProcessStarter } from '../../../web/kernel/hub.ts';
import { LocalConnection } from '../../../web/kernel/local-connection.ts';
import type { FromProcess, ToProcess } from '../../../web/kernel/messages.ts';
import type { ProcessRings } from '../../../web/kernel/process-rings.ts';
import { RemoteConnection } from '../../../web/kernel/remote-connection.ts';
import { FakeProcess, kernelDescriptor, startOf } from './fake-processes.ts';
import { kernelModule, kernelTest } from './kernel-module.ts';

const SIGINT = 2;
const SIGKILL = 9;
const SIGTERM = 15;
const SIGSYS = 31;
const kHandled = 2;
const kCloseOnExec = 0o2000000;
const kPid = 4711;

const makePipe = () => request(Request.makePipe).u32(0).take();
const read = (handle: number) => request(Request.read).u32(handle).u32(100).take();
const write = (handle: number, bytes: Uint8Array) => request(Request.write).u32(handle).raw(bytes).take();

function makeLocal(starter: ProcessStarter = { start: () => assert.fail() }) {
  let compiled = 0;
  const signals = new Signals();
  const ended: number[] = [];
  const connection = new LocalConnection({
    module: () => {
      ++compiled;
      return kernelModule();
    },
    starter,
    signals,
    pid: kPid,
    directory: '/',
    end: (status) => ended.push(status),
  });
  return { connection, signals, ended, compiled: () => compiled };
}

function now(reply: Uint8Array | PendingReply): Answer {
  assert.ok(reply instanceof Uint8Array);
  return answerOf(reply.slice());
}

function later(reply: Uint8Array | PendingReply): PendingReply {
  assert.ok(!(reply instanceof Uint8Array));
  return reply;
}

kernelTest('the kernel is started by the first question, and knows what was said before', async () => {
  const started: FakeProcess[] = [];
  const { connection, signals, ended, compiled } = makeLocal({
    start: (pid, start, events) => {
      const one = new FakeProcess(pid, start, events);
      started.push(one);
      return one;
    },
  });
  connection.setDisposition(SIGINT, kHandled);
  assert.deepEqual([compiled(), connection.hub], [0, null]);
  assert.equal(now(connection.ask(spawnRequest(startOf()))).error, null);
  assert.equal(compiled(), 1);
  await started[0]?.kill(kPid, SIGINT);
  assert.deepEqual([signals.take(), ended], [SIGINT, []]);
  connection.setDisposition(SIGINT, 0);
  await started[0]?.kill(kPid, SIGINT);
  assert.deepEqual([signals.take(), ended], [0, [SIGINT]]);
});

kernelTest('what needs no wait is answered at once', () => {
  const { connection } = makeLocal();
  const { value, second } = now(connection.ask(makePipe()));
  assert.equal(now(connection.ask(write(second, Uint8Array.of(1, 2)))).value, 2);
  assert.deepEqual([...now(connection.ask(read(value))).data], [1, 2]);
});

kernelTest('what waits is answered later, and by others is not mistaken', async () => {
  const { connection } = makeLocal();
  const { value, second } = now(connection.ask(makePipe()));
  const waiting = later(connection.ask(read(value)));
  assert.equal(now(connection.ask(write(second, Uint8Array.of(7)))).value, 1); // two replies at a time
  assert.deepEqual([...answerOf(await waiting.reply).data], [7]);
});

kernelTest('what is cancelled is answered with EINTR, once', async () => {
  const { connection } = makeLocal();
  const { value, second } = now(connection.ask(makePipe()));
  const waiting = later(connection.ask(read(value)));
  waiting.cancel();
  waiting.cancel();
  assert.equal(answerOf(await waiting.reply).error, 'EINTR');
  connection.tell(write(second, Uint8Array.of(1)));
  waiting.cancel();
  assert.deepEqual([...now(connection.ask(read(value))).data], [1]);
});

kernelTest('a signal that wakes who waits may cancel in the middle of an answer', async () => {
  const { connection, signals } = makeLocal();
  connection.setDisposition(SIGTERM, kHandled);
  const { value } = now(connection.ask(makePipe()));
  const waiting = later(connection.ask(read(value)));
  signals.onNext(() => {
    waiting.cancel();
  });
  assert.equal(now(connection.ask(request(Request.kill).u32(kPid).u32(SIGTERM).take())).error, null);
  assert.equal(answerOf(await waiting.reply).error, 'EINTR');
});

kernelTest('when another program takes its place, the one here is heard no more', async () => {
  const started: FakeProcess[] = [];
  const { connection, ended } = makeLocal({
    start: (pid, start, events) => {
      const process = new FakeProcess(pid, start, events);
      started.push(process);
      return process;
    },
  });
  const { value, second } = now(connection.ask(request(Request.makePipe).u32(kCloseOnExec).take()));
  const status = connection.statusOf(new Promise(() => undefined));
  assert.equal(connection.isReplaced, false);
  const start = startOf({ program: '/bin/new', descriptors: [kernelDescriptor(0, value, 0)] });
  later(connection.ask(executeRequest(start, false)));
  await connection.replaced;
  const [one] = started;
  assert.ok(one && connection.isReplaced);
  assert.deepEqual([one.pid, one.start?.program], [kPid, '/bin/new']);
  connection.tell(request(Request.close).u32(value).take());
  connection.setDisposition(SIGTERM, kHandled);
  later(connection.ask(write(second, Uint8Array.of(1)))).cancel();
  assert.equal((await one.read(value)).data.length, 0); // still open, and nobody has written
  connection.hub?.signal(kPid, SIGTERM);
  assert.deepEqual([await status, one.ended, ended], [SIGTERM, SIGTERM, []]);
});

kernelTest('the status of a program that stays is its exit code', async () => {
  const { connection } = makeLocal();
  assert.equal(await connection.statusOf(Promise.resolve(256 + 7)), 7 << 8);
  now(connection.ask(makePipe()));
  assert.equal(await connection.statusOf(Promise.resolve(3)), 3 << 8);
  assert.deepEqual(connection.hub?.pids, []);
});

kernelTest('a question that fails leaves the next ones alone', () => {
  let fails = true;
  const connection = new LocalConnection({
    module: () => {
      if (fails) throw new Error('cannot be read');
      return kernelModule();
    },
    starter: { start: () => assert.fail() },
    signals: new Signals(),
    pid: kPid,
    directory: '/',
    end: () => undefined,
  });
  assert.throws(() => connection.ask(makePipe()), /cannot be read/);
  fails = false;
  assert.equal(now(connection.ask(makePipe())).error, null);
});

interface Opened {
  readonly port: MessagePort;
  readonly rings: ProcessRings | null;
}

/** Processes at the other end of a channel, as Workers are, with shared memory or without. */
function channelStarter(opened: Map<number, Opened>, sharesMemory: boolean): ProcessStarter {
  return {
    start: (pid, _start, events, share) => {
      const { port1, port2 } = new MessageChannel();
      const ends = sharesMemory ? share() : null;
      opened.set(pid, { port: port2, rings: ends && ends.process });
      port1.on('message', (message: FromProcess) => {
        events.receive(message);
      });
      return workerPort(
        (message, transfer) => {
          port1.postMessage(message, transfer);
        },
        () => {
          port1.close();
        },
        ends && ends.replies,
      );
    },
  };
}

function makeRemote(context: TestContext, sharesMemory: boolean) {
  const opened = new Map<number, Opened>();
  const { connection: root, signals: rootSignals } = makeLocal(channelStarter(opened, sharesMemory));
  const pid = now(root.ask(spawnRequest(startOf()))).value;
  const { port, rings } = opened.get(pid) ?? assert.fail();
  context.after(() => {
    port.close();
  });
  const signals = new Signals();
  const posted: FromProcess['kind'][] = [];
  const post = (message: FromProcess, transfer: ArrayBuffer[]): void => {
    posted.push(message.kind);
    port.postMessage(message, transfer);
  };
  const connection = new RemoteConnection(pid, signals, post, rings);
  port.on('message', (message: ToProcess) => {
    connection.receive(message);
  });
  return { root, rootSignals, pid, port, rings, signals, connection, posted };
}

const answerTo = async (asked: Uint8Array | PendingReply): Promise<Answer> =>
  answerOf(asked instanceof Uint8Array ? asked.slice() : await asked.reply);

/** Here the hub has the same thread, so it never answers at once. */
const replyTo = async (connection: RemoteConnection, message: Uint8Array<ArrayBuffer>): Promise<Answer> =>
  answerOf(await later(connection.ask(message)).reply);

/** A test of both ways to speak to the hub. */
function remoteTest(
  name: string,
  body: (context: TestContext, sharesMemory: boolean) => Promise<void>,
): void {
  for (const sharesMemory of [false, true])
    kernelTest(`${name}, ${sharesMemory ? 'and memory' : 'without memory'}`, (context) =>
      body(context, sharesMemory),
    );
}

remoteTest('a process in a Worker asks over its channel, small and large', async (context, sharesMemory) => {
  const { connection, port, posted } = makeRemote(context, sharesMemory);
  const { value, second } = await replyTo(connection, makePipe());
  const large = Uint8Array.from({ length: 50_000 }, (_, index) => index % 249);
  assert.equal((await replyTo(connection, write(second, large))).value, large.length);
  const all = request(Request.read).u32(value).u32(large.length).take();
  assert.deepEqual((await replyTo(connection, all)).data, large);
  assert.deepEqual(new Set(posted), new Set([sharesMemory ? 'look' : 'request']));
});

remoteTest(
  'requests that are too large for the memory keep their place among the others',
  async (context, sharesMemory) => {
    const { connection, port } = makeRemote(context, sharesMemory);
    const { value, second } = await replyTo(connection, makePipe());
    const huge = new Uint8Array(200_000).fill(1);
    connection.tell(write(second, Uint8Array.of(7)));
    connection.tell(write(second, huge));
    connection.tell(write(second, Uint8Array.of(9)));
    const bytes: number[] = [];
    while (bytes.length < huge.length + 2)
      bytes.push(...(await replyTo(connection, request(Request.read).u32(value).u32(65536).take())).data);
    assert.deepEqual([bytes[0], bytes[1], bytes.at(-2), bytes.at(-1)], [7, 1, 1, 9]);
    port.close();
  },
);

kernelTest('who computes serves the others without a turn of the event loop', (context) => {
  const { root, rootSignals, connection } = makeRemote(context, true);
  root.setDisposition(SIGTERM, kHandled);
  for (const count of [1, 2]) {
    root.serve();
    assert.equal(rootSignals.take(), 0, `before signal ${String(count)}`);
    connection.tell(request(Request.kill).u32(kPid).u32(SIGTERM).take());
    root.serve();
    assert.equal(rootSignals.take(), SIGTERM);
  }
});

remoteTest('what it has said before it ends is heard', async (context, sharesMemory) => {
  const { root, connection, pid, port, rootSignals } = makeRemote(context, sharesMemory);
  root.setDisposition(SIGTERM, kHandled);
  connection.tell(request(Request.kill).u32(kPid).u32(SIGTERM).take());
  port.postMessage({ kind: 'exit', code: 3 } satisfies FromProcess);
  const wait = async () => answerTo(root.ask(request(Request.wait).u32(pid).u32(0).take()));
  assert.equal((await wait()).error, 'EINTR');
  assert.equal(rootSignals.take(), SIGTERM);
  const { value, second } = await wait();
  assert.deepEqual([value, second], [pid, 3 << 8]);
});

kernelTest('a process that fills its memory with nonsense is ended', async (context) => {
  const { root, pid, port, rings } = makeRemote(context, true);
  assert.ok(rings);
  new Int32Array(rings.requests)[0] = 4; // bytes are written, too few for a message
  port.postMessage({ kind: 'look' } satisfies FromProcess);
  const waited = await answerTo(root.ask(request(Request.wait).u32(pid).u32(0).take()));
  assert.deepEqual([waited.value, waited.second], [pid, SIGSYS]);
});

remoteTest(
  'what a program says behind its asking for another is not the new one’s',
  async (context, sharesMemory) => {
    const { root, connection, pid } = makeRemote(context, sharesMemory);
    root.setDisposition(SIGTERM, kHandled);
    connection.tell(executeRequest(startOf(), false));
    connection.tell(request(Request.kill).u32(pid).u32(SIGKILL).take());
    await pause(20);
    const running = later(root.ask(request(Request.wait).u32(pid).u32(0).take()));
    await pause(5);
    running.cancel();
    assert.equal(answerOf(await running.reply).error, 'EINTR');
    now(root.ask(request(Request.kill).u32(pid).u32(SIGKILL).take()));
  },
);

remoteTest('it cancels, and is answered in any order', async (context, sharesMemory) => {
  const { connection, port } = makeRemote(context, sharesMemory);
  const first = await replyTo(connection, makePipe());
  const other = await replyTo(connection, makePipe());
  const reading = later(connection.ask(read(first.value)));
  const late = later(connection.ask(read(other.value)));
  connection.tell(write(other.second, Uint8Array.of(5)));
  assert.deepEqual([...answerOf(await late.reply).data], [5]);
  reading.cancel();
  assert.equal(answerOf(await reading.reply).error, 'EINTR');
});

remoteTest('it is sent signals that it handles, and ended by the others', async (context, sharesMemory) => {
  const { root, connection, pid, port, signals } = makeRemote(context, sharesMemory);
  connection.setDisposition(SIGTERM, kHandled);
  await replyTo(connection, makePipe());
  const kill = (signal: number) => root.ask(request(Request.kill).u32(pid).u32(signal).take());
  kill(SIGTERM);
  await new Promise<void>((resolve) => {
    signals.onNext(resolve);
  });
  assert.equal(signals.take(), SIGTERM);
  const closed = new Promise((resolve) => port.once('close', resolve));
  kill(SIGKILL);
  await closed;
  const waited = now(root.ask(request(Request.wait).u32(pid).u32(0).take()));
  assert.deepEqual([waited.value, waited.second], [pid, SIGKILL]);
});

test('a reply to nobody is nothing, and what was answered is not cancelled any more', async () => {
  const posted: FromProcess[] = [];
  const connection = new RemoteConnection(5, new Signals(), (message) => posted.push(message));
  const reply = (ticket: number): ToProcess => ({
    kind: 'reply',
    bytes: new WireWriter().u32(ticket).u32(0).u64(3n).u64(0n).u64(0n).take(),
  });
  connection.receive(reply(99));
  const asked = later(connection.ask(makePipe()));
  connection.receive(reply(1));
  connection.receive(reply(1));
  assert.equal(answerOf(await asked.reply).value, 3);
  asked.cancel();
  await pause(1);
  assert.equal(posted.length, 1);
});

test('large requests are handed over, small ones are copied', () => {
  const sizes: number[] = [];
  const connection = new RemoteConnection(5, new Signals(), (_message, transfer) => {
    sizes.push(...transfer.map((buffer) => buffer.byteLength));
  });
  connection.tell(write(1, new Uint8Array(10)));
  connection.tell(write(1, new Uint8Array(5000)));
  assert.deepEqual(sizes, [5012]);
});
