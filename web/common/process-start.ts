// SPDX-License-Identifier: Apache-2.0
// What a process is started with.

/** A descriptor of a new process. */
export type InheritedDescriptor = { readonly fd: number; readonly flags: number } & (
  | { readonly kind: 'standard'; readonly stream: 0 | 1 | 2 }
  /** One of the kernel's; several descriptors may be the same one. `type`: the file type bits of st_mode. */
  | { readonly kind: 'kernel'; readonly handle: number; readonly type: number }
  /** An open file of the host's. `handle` is a duplicate that is kept for the process until it has started. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly handle: number;
      /** Names what tells the position, for all who share it. */
      readonly shared: number;
    }
  /** What can be opened again by its name. */
  | { readonly kind: 'path'; readonly path: string; readonly position: number }
);

/** All of it JSON. */
export interface ProcessStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly umask: number;
  readonly newSession: boolean;
  readonly descriptors: readonly InheritedDescriptor[];
  /** Signals that are ignored, and those that are blocked, as numbers. */
  readonly ignored: readonly number[];
  readonly blocked: readonly number[];
}
