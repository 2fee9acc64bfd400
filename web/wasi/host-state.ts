// SPDX-License-Identifier: Apache-2.0
// What the calls of a host share: the program's memory, and what it has opened.

import type { IdleClock } from '../common/idle-clock.ts';
import type { Clocks } from './clocks.ts';
import type { DescriptorTable } from './descriptors.ts';
import type { MemoryFiles, MemoryFolder } from './memory-files.ts';
import { Errno, type InstanceMemory } from './preview1.ts';
import { Refusal } from './refusal.ts';
import type { StandardStreams } from './streams.ts';

/** A promise where the program has to wait. */
export type Answer = Errno | Promise<Errno>;

/** Calls by their names in WASI. What they refuse they throw. */
export type Calls = Readonly<Record<string, (...parameters: never[]) => Answer>>;

export class HostState {
  readonly memory: InstanceMemory;
  readonly files: MemoryFiles;
  readonly descriptors: DescriptorTable;
  readonly clocks: Clocks;
  readonly streams: StandardStreams;
  /** The engine can suspend the program. */
  readonly canWait: boolean;
  readonly #idle: IdleClock;

  constructor(
    parts: Pick<HostState, 'memory' | 'files' | 'descriptors' | 'clocks' | 'streams' | 'canWait'>,
    idle: IdleClock,
  ) {
    this.memory = parts.memory;
    this.files = parts.files;
    this.descriptors = parts.descriptors;
    this.clocks = parts.clocks;
    this.streams = parts.streams;
    this.canWait = parts.canWait;
    this.#idle = idle;
  }

  folder(fd: number): MemoryFolder {
    return this.descriptors.get(fd).requireFolder();
  }

  /** A path of WASI is UTF-8 and holds no zero. */
  path(address: number, length: number): string {
    const bytes = this.memory.bytes(address, length);
    if (bytes.includes(0)) throw new Refusal(Errno.inval);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refusal(Errno.ilseq);
    }
  }

  /** Counts the time of a call that may wait as time in which the program does not compute. */
  waiting(call: () => Answer): Answer {
    this.#idle.beginWait();
    const count = (answer: Awaited<Answer>): Awaited<Answer> => {
      this.#idle.endWait();
      return answer;
    };
    const answer = call();
    return answer instanceof Promise ? answer.then(count) : count(answer);
  }
}

/** An offset as a number; what is negative or beyond is refused. */
export function offsetOf(value: bigint): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refusal(Errno.inval);
  return Number(value);
}
