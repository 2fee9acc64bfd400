// SPDX-License-Identifier: Apache-2.0
// What the page and the Worker that runs the program tell each other.

export type Stream = 'stdout' | 'stderr';

export type ToWorker =
  | {
      readonly kind: 'start';
      readonly module: WebAssembly.Module;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'input'; readonly bytes: Uint8Array }
  | { readonly kind: 'input-ended' }
  /** So many bytes of output have been taken in. */
  | { readonly kind: 'drained'; readonly count: number };

export type FromWorker =
  | { readonly kind: 'output'; readonly stream: Stream; readonly bytes: Uint8Array }
  /** The program waits for input. */
  | { readonly kind: 'reading' }
  /** The program wants to wait for input, and this browser cannot suspend it. */
  | { readonly kind: 'input-missed' }
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'failed'; readonly reason: string };
