// SPDX-License-Identifier: Apache-2.0
// The Worker of a compiled program in a page: runs it when the page has compiled its WebAssembly.

import { findJspi } from '../../common/jspi.ts';
import { MemoryHost } from '../../wasi/memory-host.ts';
import { ProgramExit } from '../../wasi/process-calls.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { WorkerStreams } from './worker-streams.ts';

/** What is left of a code where processes end. */
const kExitCodes = 0xff;

type Start = Extract<ToWorker, { kind: 'start' }>;

function post(message: FromWorker): void {
  // The Worker's own, which takes no origin; TypeScript knows the window's only.
  (self.postMessage as (message: FromWorker) => void)(message);
}

async function run({ module, args, env }: Start, streams: WorkerStreams): Promise<number> {
  const jspi = findJspi();
  const host = new MemoryHost({ args, env, streams, jspi });
  const instance = await WebAssembly.instantiate(module, host.importsFor(module));
  const { memory, _start: start } = instance.exports as { memory: WebAssembly.Memory; _start: () => void };
  host.memory.attach(memory);
  try {
    if (jspi === null) start();
    else await jspi.promising(start)();
    return 0;
  } catch (error) {
    if (error instanceof ProgramExit) return error.code & kExitCodes;
    throw error;
  }
}

const streams = new WorkerStreams(post);

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'start':
      run(data, streams).then(
        (code) => post({ kind: 'ended', code }),
        (error: unknown) => {
          post({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
        },
      );
      break;
    case 'input':
      streams.take(data.bytes);
      break;
    case 'input-ended':
      streams.endInput();
      break;
    case 'drained':
      streams.drain(data.count);
      break;
  }
});
