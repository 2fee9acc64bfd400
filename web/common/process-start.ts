// SPDX-License-Identifier: Apache-2.0
// What a process is started with.

import { request, Request, type RequestNumber, type WireWriter } from './kernel-wire.ts';

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
      /** The kernel's number for it, by which it is locked, if it has one. */
      readonly lock?: number;
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
  /** Of a program that takes another's place. */
  readonly left?: LeftBehind;
}

/** What waits for a process, whichever program it runs. */
export interface LeftBehind {
  /** Signals that have come and are blocked. */
  readonly pending: readonly number[];
  /** The time of SIGALRM, by Date.now(), and the milliseconds between those that follow. */
  readonly alarm: { readonly at: number; readonly interval: number } | null;
  /** What has been taken from standard input and not been read. */
  readonly input: string;
}

export interface SpawnOptions {
  /** The process group that it enters, 0 for one of its own; null: its parent's. */
  readonly group: number | null;
  /** Signals that it does not ignore; signal n is bit n - 1. */
  readonly defaults: bigint;
  /** It is a program of the machine's. */
  readonly isOutside: boolean;
}

const kOrdinary: SpawnOptions = { group: null, defaults: 0n, isOutside: false };

/** The kernel's request for it. All else that the kernel has for the caller is closed. */
export function spawnRequest(
  start: ProcessStart,
  options: SpawnOptions = kOrdinary,
): Uint8Array<ArrayBuffer> {
  const message = programRequest(Request.spawn, start).flag(true).text(start.directory);
  message.u32(0); // what happens to descriptors has happened already
  keepHandles(message, start).flag(false).flag(start.newSession);
  message.maybe(options.group, (group) => {
    message.u32(group);
  });
  block(message, start, options.isOutside).u64(options.defaults);
  return noteFor(message, start, options.isOutside);
}

/** The kernel's request for the program to take the place of the one that asks. */
export function executeRequest(start: ProcessStart, isOutside: boolean): Uint8Array<ArrayBuffer> {
  const message = keepHandles(programRequest(Request.execute, start), start);
  return noteFor(block(message, start, isOutside), start, isOutside);
}

/** Signals, until the program has begun and keeps them itself. A program of the machine's may unblock them unseen. */
function block(message: WireWriter, { blocked }: ProcessStart, isOutside: boolean): WireWriter {
  return message.maybe(isOutside || blocked.length === 0 ? null : blocked, (signals) => {
    message.u64(signals.reduce((set, signal) => set | (1n << BigInt(signal - 1)), 0n));
  });
}

function programRequest(number: RequestNumber, { program, args, env }: ProcessStart): WireWriter {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return request(number).text(program).texts(args).texts(variables);
}

function keepHandles(message: WireWriter, { descriptors }: ProcessStart): WireWriter {
  const handles = new Set<number>();
  for (const one of descriptors) {
    if (one.kind === 'kernel') handles.add(one.handle);
    if (one.kind === 'file' && one.lock !== undefined) handles.add(one.lock);
  }
  message.u32(handles.size);
  for (const handle of handles) message.u32(handle);
  return message;
}

function noteFor(message: WireWriter, start: ProcessStart, isOutside: boolean): Uint8Array<ArrayBuffer> {
  return message
    .flag(isOutside)
    .raw(new TextEncoder().encode(JSON.stringify(start)))
    .take();
}
