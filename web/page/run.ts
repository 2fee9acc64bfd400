// SPDX-License-Identifier: Apache-2.0
// The page behind `taipan run --target browser`: one worker that runs one program. The token is in the fragment of
// the URL, which browsers send to nobody.

import type { FromWorker, ToWorker } from '../common/messages.ts';
import { Bridge } from '../worker/bridge.ts';
import { findAssets } from './assets.ts';

const token = location.hash.slice(1);
const base = new URL('/bridge/', location.href).href;
const assets = findAssets(document);
const worker = new Worker(assets.worker, { type: 'module' });

function report(reason: string): void {
  void new Bridge(base, token).request('failed', {}, new TextEncoder().encode(reason));
}

worker.addEventListener('message', (event: MessageEvent<FromWorker>) => {
  if (event.data.kind === 'failed') report(event.data.reason);
});
worker.addEventListener('error', (event) => {
  report(event.message || 'the worker could not be loaded');
});
worker.postMessage({ kind: 'start', assets, mode: { kind: 'bridge', base, token } } satisfies ToWorker);
