// SPDX-License-Identifier: Apache-2.0
// What a process in a Worker and the hub say to each other.

export type ToProcess =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** There is something in the memory that they share. */
  | { readonly kind: 'look' }
  | { readonly kind: 'signal'; readonly signal: number };

export type FromProcess =
  /** `sequence`: where it belongs among those in shared memory, when there is such. */
  | { readonly kind: 'request'; readonly bytes: Uint8Array<ArrayBuffer>; readonly sequence?: number }
  | { readonly kind: 'look' }
  /** What it was given it has made its own. */
  | { readonly kind: 'started' }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: number };

/** Whether what a process has sent is one of them. */
export function isFromProcess(message: unknown): message is FromProcess {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  switch (message.kind) {
    case 'request':
      return (
        'bytes' in message &&
        message.bytes instanceof Uint8Array &&
        (!('sequence' in message) || typeof message.sequence === 'number')
      );
    case 'look':
    case 'started':
      return true;
    case 'exit':
      return 'code' in message && typeof message.code === 'number';
    case 'killed':
      return 'signal' in message && typeof message.signal === 'number';
    default:
      return false;
  }
}
