// SPDX-License-Identifier: Apache-2.0
// One Python in one worker, from its start to its end.

import type { FromWorker, ToWorker, WorkerMode } from '../common/messages.ts';
import type { PageAssets } from './assets.ts';

export class PythonWorker {
  readonly #worker: Worker;

  constructor(assets: PageAssets, mode: WorkerMode, receive: (message: FromWorker) => void) {
    this.#worker = new Worker(assets.worker, { type: 'module' });
    this.#worker.addEventListener('message', (event: MessageEvent<FromWorker>) => {
      receive(event.data);
    });
    this.#worker.addEventListener('error', (event) => {
      receive({ kind: 'failed', reason: event.message || 'the worker could not be loaded' });
    });
    const { glue, wasm, kernel, standardLibrary } = assets;
    this.send({ kind: 'start', assets: { glue, wasm, kernel, standardLibrary }, mode });
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  end(): void {
    this.#worker.terminate();
  }
}
