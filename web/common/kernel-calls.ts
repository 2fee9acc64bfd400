// SPDX-License-Identifier: Apache-2.0
// The imports through which the program asks the kernel (runtime/kernel_client.h).

import { errnoOf } from './errno.ts';
import type { GuestMemory } from './guest-memory.ts';
import { OpenFlag } from './host-files.ts';
import type { IdleClock } from './idle-clock.ts';
import type { Jspi } from './jspi.ts';
import type { KernelConnection, PendingReply } from './kernel-connection.ts';
import { KernelFile, type KernelFiles } from './kernel-files.ts';
import { kReplyHeader } from './kernel-wire.ts';
import type { Signals } from './signals.ts';
import type { InputStream } from './standard-streams.ts';
import { kRefused, kSignal, kWoken } from './threads.ts';

/** How a request may be ended before its answer; bits of runtime/host_imports.h. */
const Ends = { bySignal: 1, byInput: 2 } as const;

export interface KernelCallsHost {
  readonly memory: GuestMemory;
  readonly connection: KernelConnection;
  readonly files: KernelFiles;
  readonly closeOnExec: Set<number>;
  readonly signals: Signals;
  readonly input: InputStream;
  readonly idle: IdleClock;
  readonly jspi: Jspi | null;
}

export function kernelImports(host: KernelCallsHost): WebAssembly.ModuleImports {
  const { memory, connection, files, closeOnExec, idle, jspi } = host;
  const inputWatch = new InputWatch(host.input);
  const bytesAt = (pointer: number, size: number) => memory.bytes.subarray(pointer, pointer + size);
  const ask = (
    message: number,
    size: number,
    header: number,
    data: number,
    room: number,
    ends: number,
  ): number | Promise<number> => {
    const deliver = (reply: Uint8Array): number => {
      memory.bytes.set(reply.subarray(0, kReplyHeader), header);
      memory.bytes.set(reply.subarray(kReplyHeader, kReplyHeader + room), data);
      return kWoken;
    };
    idle.beginWait();
    const answer = connection.ask(bytesAt(message, size));
    idle.endWait();
    if (answer instanceof Uint8Array) return deliver(answer);
    if (!jspi) {
      answer.cancel();
      return kRefused;
    }
    return wait(host, inputWatch, answer, ends).then(({ reply, ended }) => {
      deliver(reply);
      return ended;
    });
  };
  return {
    taipan_process_id: () => connection.pid,
    taipan_kernel_handle: (fd: number) => files.handleOf(fd),
    taipan_kernel_open: (handle: number, flags: number, type: number) =>
      openDescriptor(files, closeOnExec, new KernelFile(handle, type), flags),
    taipan_kernel_tell: (message: number, size: number) => {
      connection.tell(bytesAt(message, size));
    },
    taipan_kernel_serve: () => {
      connection.serve();
    },
    taipan_kernel_ask: jspi ? jspi.suspending(ask) : ask,
  };
}

/** A descriptor for a file of the kernel's, with flags of open(2); or a negative error. */
export function openDescriptor(
  files: KernelFiles,
  closeOnExec: Set<number>,
  file: KernelFile,
  flags: number,
): number {
  try {
    const fd = files.open(file, flags & ~OpenFlag.closeOnExec).fd ?? -1;
    if (flags & OpenFlag.closeOnExec) closeOnExec.add(fd);
    else closeOnExec.delete(fd);
    return fd;
  } catch (error) {
    return -errnoOf(error);
  }
}

/** Who waits for the input beside a request. There may be none for ever, and many requests meanwhile. */
class InputWatch {
  readonly #input: InputStream;
  readonly #wakers = new Set<() => void>();
  #isWatching = false;

  constructor(input: InputStream) {
    this.#input = input;
  }

  /** Calls `wake` once; returns what to call to forget it. */
  onReady(wake: () => void): () => void {
    this.#wakers.add(wake);
    if (!this.#isWatching) {
      this.#isWatching = true;
      void this.#input.whenReady().then(() => {
        this.#isWatching = false;
        const wakers = [...this.#wakers];
        this.#wakers.clear();
        for (const each of wakers) each();
      });
    }
    return () => this.#wakers.delete(wake);
  }
}

/** Waits for the reply, and has it come at once when a signal or the standard input does. */
async function wait(
  { signals, idle }: KernelCallsHost,
  inputWatch: InputWatch,
  answer: PendingReply,
  ends: number,
): Promise<{ reply: Uint8Array; ended: number }> {
  let ended = kWoken;
  let isOver = false;
  const end = (by: number): void => {
    if (isOver) return;
    isOver = true;
    ended = by;
    answer.cancel();
  };
  const forget: (() => void)[] = [];
  if (ends & Ends.bySignal) {
    if (signals.pending) end(kSignal);
    else
      forget.push(
        signals.onNext(() => {
          end(kSignal);
        }),
      );
  }
  if (ends & Ends.byInput)
    forget.push(
      inputWatch.onReady(() => {
        end(kWoken);
      }),
    );
  idle.beginWait();
  const reply = await answer.reply;
  idle.endWait();
  isOver = true;
  for (const act of forget) act();
  return { reply, ended };
}
