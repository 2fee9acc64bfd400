// SPDX-License-Identifier: Apache-2.0
// Python's way to the JavaScript around it, and back: messages of JSON (cpython/3.13/lib/taipan/js.py). What comes back goes
// through a pipe of the kernel's, so that an event loop in Python can wait for it beside all else.

import { errnoNumber } from './errno.ts';
import type { GuestMemory } from './guest-memory.ts';
import { OpenFlag, S_IFIFO } from './host-files.ts';
import type { Jspi } from './jspi.ts';
import { openDescriptor } from './kernel-calls.ts';
import type { KernelConnection } from './kernel-connection.ts';
import { KernelFile, type KernelFiles } from './kernel-files.ts';
import { answerOf, request, Request } from './kernel-wire.ts';

const kLengthSize = 4;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

type FromPython =
  | { readonly kind: 'run'; readonly id: number; readonly text: string }
  | { readonly kind: 'define'; readonly name: string }
  | { readonly kind: 'reply'; readonly id: number; readonly value?: Json; readonly error?: string };

type ToPython =
  | { readonly kind: 'result'; readonly id: number; readonly value: Json }
  | { readonly kind: 'result'; readonly id: number; readonly error: string }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly name: string;
      readonly arguments: readonly Json[];
    };

export interface JsBridgeHost {
  readonly memory: GuestMemory;
  readonly connection: KernelConnection;
  readonly files: KernelFiles;
  readonly closeOnExec: Set<number>;
  readonly jspi: Jspi | null;
}

export function jsBridgeImports(host: JsBridgeHost): WebAssembly.ModuleImports {
  const bridge = new JsBridge(host);
  const open = (): Promise<number> => bridge.open();
  return {
    taipan_js_open: host.jspi ? host.jspi.suspending(open) : () => -errnoNumber('ENOSYS'),
    taipan_js_send: (pointer: number, size: number) => {
      const text = new TextDecoder().decode(host.memory.bytes.slice(pointer, pointer + size));
      bridge.receive(JSON.parse(text) as FromPython);
    },
  };
}

class JsBridge {
  readonly #host: JsBridgeHost;
  readonly #calls = new Map<number, PromiseWithResolvers<Json>>();
  #writer = -1;
  #lastCall = 0;

  constructor(host: JsBridgeHost) {
    this.#host = host;
  }

  /** The descriptor that Python reads from, or a negative error. */
  async open(): Promise<number> {
    const { connection, files, closeOnExec } = this.#host;
    const asked = connection.ask(request(Request.makePipe).u32(OpenFlag.closeOnExec).take());
    const answer = answerOf(asked instanceof Uint8Array ? asked : await asked.reply);
    if (answer.error !== null) return -errnoNumber(answer.error);
    this.#writer = answer.second;
    return openDescriptor(files, closeOnExec, new KernelFile(answer.value, S_IFIFO), OpenFlag.closeOnExec);
  }

  receive(message: FromPython): void {
    switch (message.kind) {
      case 'run':
        void this.#run(message.id, message.text);
        break;
      case 'define':
        Object.assign(globalThis, { [message.name]: this.#functionNamed(message.name) });
        break;
      case 'reply': {
        const call = this.#calls.get(message.id);
        this.#calls.delete(message.id);
        if (message.error !== undefined) call?.reject(new Error(message.error));
        else call?.resolve(message.value ?? null);
        break;
      }
    }
  }

  async #run(id: number, text: string): Promise<void> {
    try {
      // The program's own text, in the scope that all scripts share.
      const value = (await (0, eval)(text)) as Json | undefined;
      this.#send({ kind: 'result', id, value: value ?? null });
    } catch (error) {
      this.#send({ kind: 'result', id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  #functionNamed(name: string): (...args: Json[]) => Promise<Json> {
    return (...args) => {
      const id = ++this.#lastCall;
      const call = Promise.withResolvers<Json>();
      this.#calls.set(id, call);
      this.#send({ kind: 'call', id, name, arguments: args });
      return call.promise;
    };
  }

  #send(message: ToPython): void {
    const text = new TextEncoder().encode(JSON.stringify(message));
    const length = new Uint8Array(kLengthSize);
    new DataView(length.buffer).setUint32(0, text.length, true);
    this.#host.connection.tell(request(Request.write).u32(this.#writer).raw(length).raw(text).take());
  }
}
