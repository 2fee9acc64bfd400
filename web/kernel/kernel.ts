// SPDX-License-Identifier: Apache-2.0
// kernel.wasm, the C++ library kernel/ behind the functions of kernel/wasm/exports.cpp.

import { WireReader } from '../common/kernel-wire.ts';
import { bytesFromText } from '../common/path-text.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  create(): number;
  buffer(kernel: number, size: number): number;
  output(kernel: number): number;
  output_size(kernel: number): number;
  add_root(kernel: number, pid: number): number;
  add_stream(kernel: number, pid: number, handle: number, flags: number): number;
  submit(kernel: number, pid: number): void;
  advance(kernel: number, now: number): void;
  next_deadline(kernel: number): number;
  process_exited(kernel: number, pid: number, code: number): void;
  process_killed(kernel: number, pid: number, signal: number): void;
  signal(kernel: number, pid: number, signal: number): void;
  outside_input(kernel: number, handle: number): void;
  outside_ended(kernel: number, handle: number): void;
  outside_written(kernel: number, handle: number, count: number): void;
  file_kept(kernel: number, number: number, handle: number): void;
  take_reply(kernel: number): number;
  take_action(kernel: number): number;
}

/** What the kernel wants of its host: kernel/actions.h, as far as hosts act on it. */
export type KernelAction =
  | {
      readonly kind: 'start';
      readonly pid: number;
      readonly outside: boolean;
      readonly replaces: boolean;
      /** Descriptors of the kernel that the process has. */
      readonly descriptors: readonly number[];
      readonly note: Uint8Array;
    }
  | { readonly kind: 'end'; readonly pid: number; readonly status: number; readonly running: boolean }
  | { readonly kind: 'signal'; readonly pid: number; readonly signal: number }
  | { readonly kind: 'stop' | 'continue'; readonly pid: number }
  | { readonly kind: 'write'; readonly handle: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'read' | 'close'; readonly handle: number }
  | { readonly kind: 'keep'; readonly number: number; readonly handle: number; readonly flags: number };

/** In the order of Action in kernel/actions.h, from 1 on. */
const kDecoders: readonly ((fields: WireReader) => KernelAction)[] = [
  (fields) => {
    const pid = fields.i32();
    fields.text(); // the image, the arguments, the environment and the directory stand in the note
    fields.list(() => fields.text());
    fields.list(() => fields.text());
    fields.text();
    const descriptors = fields.list(() => {
      const descriptor = fields.i32();
      fields.u8();
      fields.u32();
      return descriptor;
    });
    const outside = fields.u8() === 1;
    const replaces = fields.u8() === 1;
    return { kind: 'start', pid, outside, replaces, descriptors, note: fields.rest().slice() };
  },
  (fields) => ({ kind: 'end', pid: fields.i32(), status: fields.i32(), running: fields.u8() === 1 }),
  (fields) => ({ kind: 'signal', pid: fields.i32(), signal: fields.i32() }),
  (fields) => ({ kind: 'stop', pid: fields.i32() }),
  (fields) => ({ kind: 'continue', pid: fields.i32() }),
  (fields) => ({ kind: 'write', handle: fields.u32(), bytes: fields.rest().slice() }),
  (fields) => ({ kind: 'read', handle: fields.u32() }),
  (fields) => ({ kind: 'close', handle: fields.u32() }),
  (fields) => ({ kind: 'keep', number: fields.u32(), handle: fields.u32(), flags: fields.u32() }),
];

export class Kernel {
  readonly #exports: Exports;
  readonly #self: number;

  /** REQUIRES: not on a page's own thread, where compiled modules of this size cannot be instantiated at once. */
  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module, {
      env: { emscripten_notify_memory_growth: () => undefined },
    });
    this.#exports = exports as unknown as Exports;
    this.#exports._initialize();
    this.#self = this.#exports.create();
  }

  /** Gives the pid: the one that is wanted, or the next if that is 0. */
  addRoot(pid: number, directory: string): number {
    this.#put(bytesFromText(directory));
    return this.#exports.add_root(this.#self, pid);
  }

  /** A descriptor of `pid` for a stream of the host's; negative when there are too many. */
  addStream(pid: number, handle: number, flags: number): number {
    return this.#exports.add_stream(this.#self, pid, handle, flags);
  }

  submit(pid: number, message: Uint8Array): void {
    this.#put(message);
    this.#exports.submit(this.#self, pid);
  }

  /** Milliseconds of a clock that never goes back. */
  advance(now: number): void {
    this.#exports.advance(this.#self, now);
  }

  /** Negative when nobody waits for time. */
  get nextDeadline(): number {
    return this.#exports.next_deadline(this.#self);
  }

  processExited(pid: number, code: number): void {
    this.#exports.process_exited(this.#self, pid, code);
  }

  processKilled(pid: number, signal: number): void {
    this.#exports.process_killed(this.#self, pid, signal);
  }

  signal(pid: number, signal: number): void {
    this.#exports.signal(this.#self, pid, signal);
  }

  outsideInput(handle: number, bytes: Uint8Array): void {
    this.#put(bytes);
    this.#exports.outside_input(this.#self, handle);
  }

  outsideEnded(handle: number): void {
    this.#exports.outside_ended(this.#self, handle);
  }

  outsideWritten(handle: number, count: number): void {
    this.#exports.outside_written(this.#self, handle, count);
  }

  /** To 'keep': the handle, or a negative error. */
  fileKept(number: number, handle: number): void {
    this.#exports.file_kept(this.#self, number, handle);
  }

  /** The reply's bytes are there until the next call. */
  takeReply(): { readonly pid: number; readonly reply: Uint8Array } | null {
    const pid = this.#exports.take_reply(this.#self);
    return pid === 0 ? null : { pid, reply: this.#output() };
  }

  takeAction(): KernelAction | null {
    const number = this.#exports.take_action(this.#self);
    const decode = kDecoders[number - 1];
    return decode ? decode(new WireReader(this.#output().slice())) : null;
  }

  #put(bytes: Uint8Array): void {
    const at = this.#exports.buffer(this.#self, bytes.length);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, at);
  }

  #output(): Uint8Array {
    const at = this.#exports.output(this.#self);
    return new Uint8Array(this.#exports.memory.buffer, at, this.#exports.output_size(this.#self));
  }
}
