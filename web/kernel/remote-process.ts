// SPDX-License-Identifier: Apache-2.0
// A process that another has started, in its Worker: how it reaches the kernel, and what it reports.

import type { BootOptions } from '../common/boot.ts';
import { request, Request } from '../common/kernel-wire.ts';
import type { ProcessStart } from '../common/process-start.ts';
import type { Signals } from '../common/signals.ts';
import type { FromProcess } from './messages.ts';
import type { ProcessRings } from './process-rings.ts';
import { RemoteConnection } from './remote-connection.ts';
import { RemoteSignals } from './remote-signals.ts';

/** In a millisecond. */
const kNanoseconds = 1e6;

export type PostToHub = (message: FromProcess, transfer?: ArrayBuffer[]) => void;

export class RemoteProcess {
  readonly connection: RemoteConnection;
  readonly #given: ProcessStart;
  readonly #signalHost: RemoteSignals;
  readonly #post: PostToHub;

  constructor(
    pid: number,
    given: ProcessStart,
    signals: Signals,
    post: PostToHub,
    rings: ProcessRings | null,
  ) {
    this.connection = new RemoteConnection(pid, signals, post, rings);
    this.#signalHost = new RemoteSignals(this.connection);
    this.#given = given;
    this.#post = post;
  }

  /** What an interpreter is booted with because it is no first process. */
  get bootOptions() {
    const given = this.#given;
    return {
      args: [given.args[0] ?? given.program, ...given.args.slice(1)],
      workingDirectory: given.directory,
      umask: given.umask,
      inherited: given,
      connection: this.connection,
      signalHost: this.#signalHost,
      onReady: () => {
        this.#post({ kind: 'started' });
      },
      onBreakdown: () => {
        this.#signalHost.breakDown();
      },
      onEnded: ({ computed, memory }) => {
        const usage = request(Request.reportUsage);
        usage.u64(BigInt(Math.round(computed * kNanoseconds))).u64(BigInt(memory));
        this.connection.tell(usage.take());
      },
    } satisfies Partial<BootOptions>;
  }

  /** Says how it ended. */
  report(code: number): void {
    const { endedBy } = this.#signalHost;
    this.#post(endedBy === null ? { kind: 'exit', code } : { kind: 'killed', signal: endedBy });
  }
}
