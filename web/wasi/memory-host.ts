// SPDX-License-Identifier: Apache-2.0
// WASI preview 1 for a program in a page: its files are in memory and gone with it, what it writes and reads are
// streams of the page. Where the engine can suspend WebAssembly (JSPI), waiting does.

import { IdleClock } from '../common/idle-clock.ts';
import type { Jspi } from '../common/jspi.ts';
import { kPreview1Arity, withArity } from './arity.ts';
import { Clocks } from './clocks.ts';
import { descriptorCalls } from './descriptor-calls.ts';
import { DescriptorTable } from './descriptors.ts';
import { HostState, type Answer, type Calls } from './host-state.ts';
import { MemoryFiles } from './memory-files.ts';
import { pathCalls } from './path-calls.ts';
import { Errno, InstanceMemory } from './preview1.ts';
import { processCalls } from './process-calls.ts';
import { Refusal } from './refusal.ts';
import type { StandardStreams } from './streams.ts';
import { transferCalls } from './transfer-calls.ts';

/** Calls that may suspend the program. */
const kWaiting: readonly string[] = ['fd_read', 'fd_write', 'poll_oneoff'];

type Call = (...parameters: unknown[]) => Answer;

export interface HostOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly streams: StandardStreams;
  /** Null where the program cannot wait. */
  readonly jspi: Jspi | null;
}

/** What a call throws becomes its answer. WASI's integers of 32 bits have no sign, unlike those of WebAssembly. */
function guarded(call: Call): Call {
  return (...parameters) => {
    try {
      return call(...parameters.map((one) => (typeof one === 'number' ? one >>> 0 : one)));
    } catch (error) {
      if (error instanceof Refusal) return error.errno;
      // Outside of the program's memory; a stack that is at its end is another thing.
      if (error instanceof RangeError && !error.message.includes('stack')) return Errno.fault;
      throw error;
    }
  };
}

export class MemoryHost {
  readonly memory = new InstanceMemory();
  /** All of them, whatever the program imports. */
  readonly calls: Readonly<Record<string, Call>>;
  readonly #jspi: Jspi | null;

  constructor({ args, env, streams, jspi }: HostOptions) {
    const idle = new IdleClock();
    const clocks = new Clocks(idle);
    const files = new MemoryFiles(() => clocks.realTime());
    files.makeFolder(files.root, 'tmp');
    const descriptors = new DescriptorTable(files.root);
    const parts = { memory: this.memory, files, descriptors, clocks, streams, canWait: jspi !== null };
    const state = new HostState(parts, idle);
    const calls: Calls = {
      ...processCalls(state, args, env),
      ...descriptorCalls(state),
      ...transferCalls(state),
      ...pathCalls(state),
    };
    this.calls = Object.fromEntries(
      Object.keys(kPreview1Arity).map((name) => [
        name,
        guarded((calls[name] ?? (() => Errno.nosys)) as Call),
      ]),
    );
    this.#jspi = jspi;
  }

  /** What the module wants of WASI; what WASI does not have stays out, and the engine says so. */
  importsFor(module: WebAssembly.Module): WebAssembly.Imports {
    const wanted = WebAssembly.Module.imports(module).flatMap(({ name }) => {
      const call = this.calls[name];
      return call === undefined ? [] : [[name, this.#asImport(name, call)] as const];
    });
    return { wasi_snapshot_preview1: Object.fromEntries(wanted) };
  }

  #asImport(name: string, call: Call): WebAssembly.ImportValue {
    const exact = withArity(kPreview1Arity[name] ?? 0, call);
    if (this.#jspi === null || !kWaiting.includes(name)) return exact;
    return this.#jspi.suspending(exact);
  }
}
