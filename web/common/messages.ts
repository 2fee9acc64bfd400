// SPDX-License-Identifier: Apache-2.0
// What a page and its worker say to each other.

export interface AssetUrls {
  readonly glue: string;
  readonly wasm: string;
  readonly kernel: string;
  readonly standardLibrary: string;
}

/** Where a worker's program gets its files and streams from. */
export type WorkerMode =
  | { readonly kind: 'bridge'; readonly base: string; readonly token: string }
  | {
      readonly kind: 'prompt';
      /** As python takes them; none starts the interactive prompt. */
      readonly args: readonly string[];
      readonly rows: number;
      readonly columns: number;
      /** As the prompt's file has it. */
      readonly history: string;
      readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
    };

export type ToWorker =
  | { readonly kind: 'start'; readonly assets: AssetUrls; readonly mode: WorkerMode }
  | { readonly kind: 'input'; readonly bytes: Uint8Array }
  | { readonly kind: 'end-of-input' }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'resize'; readonly rows: number; readonly columns: number };

/** Keys make lines, which are shown while they are edited or are not; or each goes to the program at once. */
export type KeyMode = 'shown lines' | 'hidden lines' | 'single keys';

/** The steps of a start, in the order in which a page may show them. */
export type StartStep = 'interpreter' | 'standard library' | 'starting';

export type FromWorker =
  | { readonly kind: 'step-done'; readonly step: StartStep }
  | { readonly kind: 'running' }
  /** The program waits for input; everything it wrote before has been sent. */
  | { readonly kind: 'reading' }
  /** How keys are to be treated from now on. */
  | { readonly kind: 'keys'; readonly mode: KeyMode }
  | { readonly kind: 'history'; readonly text: string }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'failed'; readonly reason: string };
