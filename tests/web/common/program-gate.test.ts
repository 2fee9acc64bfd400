// SPDX-License-Identifier: Apache-2.0
// What keeps a program from running; WebAssembly's part is played by plain functions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Jspi } from '../../../web/common/jspi.ts';
import { ProgramGate } from '../../../web/common/program-gate.ts';

const kJspi = {
  suspending: (run: unknown) => run,
  promising: (run: () => number) => () => Promise.resolve(run()),
} as unknown as Jspi;

type Import = (...args: number[]) => unknown;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function suspending(gate: ProgramGate, run: (...args: number[]) => unknown): Import {
  return gate.over(kJspi).suspending(run) as unknown as Import;
}

test('an open gate changes nothing', async () => {
  const gate = new ProgramGate();
  assert.equal(suspending(gate, (a, b) => a! + b!)(3, 4), 7);
  assert.equal(await suspending(gate, () => Promise.resolve(5))(), 5);
  await assert.rejects(suspending(gate, () => Promise.reject(new Error('so')))() as Promise<unknown>, /so/);
  assert.equal(await gate.over(kJspi).promising(() => 9)(), 9);
});

test('who waits goes on, and who begins begins, when it is open again', async () => {
  const gate = new ProgramGate();
  const done: string[] = [];
  const waits = suspending(gate, () => Promise.resolve())() as Promise<void>;
  const fails = suspending(gate, () => Promise.reject(new Error('so')))() as Promise<void>;
  gate.close();
  void waits.then(() => done.push('waited'));
  void fails.catch(() => done.push('failed'));
  void gate.over(kJspi).promising(() => done.push('began'))();
  await turn();
  assert.deepEqual(done, []);
  gate.open();
  await turn();
  assert.deepEqual(done.sort(), ['began', 'failed', 'waited']);
});

test('closed again before it has gone on, it waits on', async () => {
  const gate = new ProgramGate();
  gate.close();
  let went = false;
  void (suspending(gate, () => Promise.resolve())() as Promise<void>).then(() => {
    went = true;
  });
  await turn();
  gate.open();
  gate.close();
  await turn();
  assert.equal(went, false);
  gate.close();
  gate.open();
  await turn();
  assert.equal(went, true);
});
