// SPDX-License-Identifier: Apache-2.0
// A thread that fills a ring, for shared-ring.test.ts.
import { workerData } from 'node:worker_threads';
import { RingWriter } from '../../../web/kernel/shared-ring.ts';

const { buffer, messages } = workerData as { buffer: SharedArrayBuffer; messages: number };
const writer = new RingWriter(buffer);
for (let tag = 0; tag < messages;) {
  const bytes = Uint8Array.from({ length: tag % 90 }, (_, index) => (tag + index) % 251);
  if (!writer.put(tag, bytes)) continue;
  writer.wake();
  ++tag;
}
