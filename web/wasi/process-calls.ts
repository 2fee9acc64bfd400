// SPDX-License-Identifier: Apache-2.0
// What a program of WASI asks of its process: arguments, environment, clocks, random bytes, waiting, its end.

import type { Calls, HostState } from './host-state.ts';
import { Polling } from './polling.ts';
import { Errno } from './preview1.ts';

/** Thrown by proc_exit: the program has ended. */
export class ProgramExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${String(code)}`);
    this.code = code;
  }
}

/** What getRandomValues gives at once. */
const kRandomPiece = 65536;

function encoded(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => new TextEncoder().encode(`${text}\0`));
}

function putSizes({ memory }: HostState, texts: readonly Uint8Array[], count: number, size: number): Errno {
  memory.setU32(count, texts.length);
  memory.setU32(
    size,
    texts.reduce((sum, text) => sum + text.length, 0),
  );
  return Errno.success;
}

function putTexts(
  { memory }: HostState,
  texts: readonly Uint8Array[],
  pointers: number,
  start: number,
): Errno {
  let address = start;
  for (const [index, text] of texts.entries()) {
    memory.setU32(pointers + index * 4, address);
    memory.bytes(address, text.length).set(text);
    address += text.length;
  }
  return Errno.success;
}

function textCalls(host: HostState, what: 'args' | 'environ', given: readonly string[]): Calls {
  const texts = encoded(given);
  return {
    [`${what}_sizes_get`]: (count: number, size: number) => putSizes(host, texts, count, size),
    [`${what}_get`]: (pointers: number, start: number) => putTexts(host, texts, pointers, start),
  };
}

/** Nothing that a page can open is a socket. */
function socketCalls({ descriptors }: HostState): Calls {
  const refuse = (fd: number): Errno => {
    descriptors.get(fd);
    return Errno.notsock;
  };
  return { sock_accept: refuse, sock_recv: refuse, sock_send: refuse, sock_shutdown: refuse };
}

export function processCalls(
  host: HostState,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Calls {
  const { memory, clocks } = host;
  const polling = new Polling(host);
  return {
    ...textCalls(host, 'args', args),
    ...textCalls(
      host,
      'environ',
      Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ),
    ...socketCalls(host),
    clock_res_get: (clock: number, result: number) => {
      memory.setU64(result, clocks.resolution(clock));
      return Errno.success;
    },
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      memory.setU64(result, clocks.read(clock));
      return Errno.success;
    },
    random_get: (address: number, length: number) => {
      const bytes = memory.bytes(address, length);
      for (let start = 0; start < length; start += kRandomPiece)
        crypto.getRandomValues(bytes.subarray(start, start + kRandomPiece));
      return Errno.success;
    },
    poll_oneoff: (from: number, to: number, count: number, result: number) =>
      host.waiting(() => polling.poll(from, to, count, result)),
    sched_yield: () => Errno.success,
    proc_exit: (code: number) => {
      throw new ProgramExit(code);
    },
  };
}
