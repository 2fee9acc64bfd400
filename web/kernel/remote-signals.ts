// SPDX-License-Identifier: Apache-2.0
// What signals do to a process that another has started: the hub knows all of it.

import type { KernelConnection } from '../common/kernel-connection.ts';
import { request, Request } from '../common/kernel-wire.ts';
import { endBySignal, isHarmless, isStopping, type SignalHost } from '../common/signals.ts';

const SIGSEGV = 11;

export class RemoteSignals implements SignalHost {
  readonly #connection: KernelConnection;
  /** The signal that has ended the program. */
  endedBy: number | null = null;

  constructor(connection: KernelConnection) {
    this.#connection = connection;
  }

  /** A trap is what natively would be an access to memory that is not there. */
  breakDown(): void {
    this.endedBy ??= SIGSEGV;
  }

  watch(): void {
    // The connection has been told.
  }

  act(signal: number): void {
    if (isHarmless(signal)) return;
    if (isStopping(signal)) {
      const { pid } = this.#connection;
      this.#connection.tell(request(Request.kill).u32(pid).u32(signal).take());
      return;
    }
    this.endedBy = signal;
    endBySignal(signal);
  }
}
