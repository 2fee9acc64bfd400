// SPDX-License-Identifier: Apache-2.0
// What a process in a Worker says when it ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kRequestHeader, Request } from '../../../web/common/kernel-wire.ts';
import { Signals } from '../../../web/common/signals.ts';
import type { FromProcess } from '../../../web/kernel/messages.ts';
import { RemoteProcess } from '../../../web/kernel/remote-process.ts';
import { startOf } from './fake-processes.ts';

test('what a program has used is told before its end', () => {
  const posted: FromProcess[] = [];
  const process = new RemoteProcess(5, startOf(), new Signals(), (message) => posted.push(message), null);
  process.bootOptions.onEnded({ computed: 1.5, memory: 3 * 2 ** 30 });
  process.report(7);
  const [used, end] = posted;
  assert.ok(used?.kind === 'request');
  const fields = new DataView(used.bytes.buffer);
  assert.equal(fields.getUint16(0, true), Request.reportUsage);
  const [computed, memory] = [0, 8].map((at) => fields.getBigUint64(kRequestHeader + at, true));
  assert.deepEqual([computed, memory], [1_500_000n, 3n << 30n]);
  assert.deepEqual(end, { kind: 'exit', code: 7 });
});
