// SPDX-License-Identifier: Apache-2.0
// A standard input that has nothing but what another program would find.
import type { InputStream } from '../../../web/common/standard-streams.ts';

export function fakeInput(unread = new Uint8Array()): InputStream {
  return {
    isTerminal: false,
    ready: false,
    available: unread.length,
    unread,
    takeOver: () => undefined,
    letGo: () => undefined,
    whenReady: () => new Promise(() => undefined),
    read: () => 0,
    discard: () => undefined,
  };
}
