// SPDX-License-Identifier: Apache-2.0
// What a process's Worker runs in node-processes.test.ts: it does what its arguments say.
import { parentPort, workerData } from 'node:worker_threads';
import type { ToProcess } from '../../../web/kernel/messages.ts';
import type { WorkerStart } from '../../../web/node/node-processes.ts';

const { start, pid } = workerData as WorkerStart;
const [, what] = start.args;
const port = parentPort;
if (!port) throw new Error('this is no Worker');

switch (what) {
  case 'exit':
    port.postMessage({ kind: 'started' });
    port.postMessage({ kind: 'exit', code: pid });
    port.postMessage({ kind: 'exit', code: 99 });
    break;
  case 'leave':
    process.exit(0);
    break;
  case 'fail':
    throw new Error('on purpose');
  case 'echo':
    port.on('message', (message: ToProcess) => {
      if (message.kind === 'signal') port.postMessage({ kind: 'killed', signal: message.signal });
    });
    break;
  case 'loop':
    port.postMessage({ kind: 'started' });
    for (;;);
}
