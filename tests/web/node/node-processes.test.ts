// SPDX-License-Identifier: Apache-2.0
// Workers as processes, from before there is one until it is gone; and what can be started at all.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { errnoOf } from '../../../web/common/errno.ts';
import { errnoNumber, type ErrnoName } from '../../../web/common/errno.ts';
import type { FromProcess } from '../../../web/kernel/messages.ts';
import {
  newPositions,
  NodePositions,
  NodeProcesses,
  NodePrograms,
} from '../../../web/node/node-processes.ts';
import { startOf } from '../kernel/fake-processes.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'processes-')));
after(() => {
  fs.rmSync(folder, { recursive: true });
});

const SIGKILL = 9;
const SIGTERM = 15;
const kPid = 7;
const kEmptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** A process with a file, and what it has reported. */
function startProcess(what: string, module = Promise.resolve(new WebAssembly.Module(kEmptyModule))) {
  const reported: (FromProcess | string)[] = [];
  let report = (): void => undefined;
  const nextReport = (): Promise<void> =>
    new Promise((resolve) => {
      report = resolve;
    });
  const name = `${folder}/given`;
  fs.writeFileSync(name, '');
  const handle = fs.openSync(name, 'r');
  const starter = new NodeProcesses({
    script: new URL('worker-process.ts', import.meta.url),
    interpreter: '/nowhere',
    module,
    positions: newPositions(),
    extensions: undefined,
  });
  const start = startOf({
    args: ['name', what],
    descriptors: [{ kind: 'file', fd: 0, flags: 0, path: name, handle, shared: -1 }],
  });
  const events = {
    receive: (message: FromProcess) => {
      reported.push(message);
      report();
    },
    vanished: (signal: number) => {
      reported.push(`vanished ${signal}`);
      report();
    },
  };
  const port = starter.start(kPid, start, events, () => null);
  fs.closeSync(handle); // the starter has opened it again
  return { port, reported, nextReport, starter, start };
}

function isGivenOpen(): boolean {
  return fs.readdirSync('/proc/self/fd').some((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`) === `${folder}/given`;
    } catch {
      return false;
    }
  });
}

async function untilClosed(): Promise<void> {
  for (let count = 0; isGivenOpen() && count < 300; ++count) await pause(10);
  assert.ok(!isGivenOpen());
}

test('an exit is told once, and what was kept open is closed', async () => {
  const { reported, nextReport } = startProcess('exit');
  assert.ok(isGivenOpen());
  await nextReport();
  await untilClosed();
  await pause(50);
  assert.deepEqual(reported, [{ kind: 'exit', code: kPid }]);
});

test('a Worker that leaves or fails has vanished', async () => {
  for (const what of ['leave', 'fail']) {
    const { reported, nextReport } = startProcess(what);
    await nextReport();
    await untilClosed();
    await pause(20);
    assert.deepEqual(reported, [`vanished ${SIGKILL}`]);
  }
});

test('a process may be ended before it has a Worker', async () => {
  let compiled: (module: WebAssembly.Module) => void = () => undefined;
  const module = new Promise<WebAssembly.Module>((resolve) => {
    compiled = resolve;
  });
  const { port, reported } = startProcess('exit', module);
  port.end(SIGKILL);
  assert.ok(!isGivenOpen());
  port.signal(SIGTERM);
  compiled(new WebAssembly.Module(kEmptyModule));
  await pause(100);
  assert.deepEqual(reported, []);
});

test('a process may be ended while its Worker starts, and in the middle of its work', async () => {
  for (const wait of [0, 1, 5, 300]) {
    const { port, reported } = startProcess('loop');
    await pause(wait);
    port.end(SIGKILL);
    await untilClosed();
    port.end(SIGKILL);
    await pause(20);
    assert.deepEqual(reported, []);
  }
});

test('what is sent before there is a Worker arrives', async () => {
  const { port, reported, nextReport } = startProcess('echo');
  port.signal(SIGTERM);
  await nextReport();
  assert.deepEqual(reported, [{ kind: 'killed', signal: SIGTERM }]);
  await untilClosed();
});

test('a Worker that cannot be made has vanished', async () => {
  const notCloned = { then: undefined, call: () => undefined } as unknown as WebAssembly.Module;
  const { reported, nextReport } = startProcess('exit', Promise.resolve(notCloned));
  await nextReport();
  assert.ok(!isGivenOpen());
  assert.deepEqual(reported, [`vanished ${SIGKILL}`]);
});

test('the interpreter is here, also by other names; programs are outside', () => {
  const interpreter = `${folder}/python`;
  const programs = new NodePrograms(interpreter);
  assert.equal(programs.find(interpreter), 'here'); // it need not be a file
  fs.writeFileSync(interpreter, '#!/bin/sh\nexec taipan', { mode: 0o755 });
  fs.mkdirSync(`${folder}/venv`);
  fs.copyFileSync(interpreter, `${folder}/venv/copy`);
  fs.copyFileSync(interpreter, `${folder}/venv/refused`);
  fs.chmodSync(`${folder}/venv/refused`, 0o644);
  assert.equal(programs.find(`${folder}/venv/copy`), 'here');
  fs.symlinkSync('../python', `${folder}/venv/python`);
  fs.symlinkSync('nowhere', `${folder}/broken`);
  fs.writeFileSync(`${folder}/text`, 'echo x', { mode: 0o755 });
  fs.writeFileSync(`${folder}/empty`, '', { mode: 0o755 });
  fs.writeFileSync(`${folder}/script`, '#!/bin/sh', { mode: 0o755 });
  assert.equal(programs.find(`${folder}/script`), 'outside');
  fs.symlinkSync('circle', `${folder}/circle`);
  fs.writeFileSync(`${folder}/plain`, '', { mode: 0o644 });
  assert.equal(programs.find(`${folder}/venv/../venv/python`), 'here');
  assert.equal(programs.find('/bin/sh'), 'outside');
  const expected: [string, ErrnoName][] = [
    [`${folder}/none`, 'ENOENT'],
    [`${folder}/broken`, 'ENOENT'],
    [`${folder}/plain/x`, 'ENOTDIR'],
    [`${folder}/circle`, 'ELOOP'],
    [folder, 'EACCES'],
    [`${folder}/plain`, 'EACCES'],
    [`${folder}/venv/refused`, 'EACCES'],
    [`${folder}/text`, 'ENOEXEC'],
    [`${folder}/empty`, 'ENOEXEC'],
  ];
  for (const [name, code] of expected)
    assert.throws(
      () => programs.find(name),
      (error) => errnoOf(error) === errnoNumber(code) || assert.fail(`${name}: ${String(error)}`),
    );
});

test('places are for everybody who has the memory', () => {
  const buffer = newPositions();
  const [one, other] = [new NodePositions(buffer), new NodePositions(buffer)];
  const places = [one.add(), other.add(), one.add()];
  assert.equal(new Set(places).size, 3);
  const far = 2 ** 45 + 1;
  one.set(places[1] ?? 0, far);
  assert.equal(other.get(other.adopt(places[1] ?? 0)), far);
  assert.deepEqual([one.get(places[0] ?? 0), one.get(places[2] ?? 0)], [0, 0]);
});
