// SPDX-License-Identifier: Apache-2.0
// What a process in a Worker and the hub say to each other.

export type ToProcess =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'signal'; readonly signal: number };

export type FromProcess =
  | { readonly kind: 'request'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** What it was given it has made its own. */
  | { readonly kind: 'started' }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: number };
