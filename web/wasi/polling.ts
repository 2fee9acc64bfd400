// SPDX-License-Identifier: Apache-2.0
// poll_oneoff: waiting for a time, or for input, whichever comes first.

import { StreamEnd } from './descriptors.ts';
import type { HostState } from './host-state.ts';
import { Errno, EventType, kAbsoluteTime, kEventSize, kSubscriptionSize } from './preview1.ts';
import { Refusal } from './refusal.ts';

const kNanosecondsPerMillisecond = 1e6;
/** What setTimeout can count to. */
const kLongestWait = 0x7fff_ffff;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** Milliseconds of performance.now(), of a clock. */
  readonly deadline: number;
  readonly error: Errno;
  readonly waitsForInput: boolean;
}

export class Polling {
  readonly #host: HostState;

  constructor(host: HostState) {
    this.#host = host;
  }

  /** Waits until something happens, and writes down what. */
  poll(from: number, to: number, count: number, result: number): Errno | Promise<Errno> {
    if (count === 0) throw new Refusal(Errno.inval);
    const all = Array.from({ length: count }, (_, index) => this.#read(from + index * kSubscriptionSize));
    const report = (): Errno => this.#report(all, to, result);
    if (all.some((one) => this.#hasHappened(one))) return report();
    const deadline = Math.min(...all.map((one) => one.deadline));
    const waitsForInput = all.some((one) => one.waitsForInput);
    if (this.#host.canWait) return this.#suspend(deadline, waitsForInput).then(report);
    if (waitsForInput) this.#host.streams.missInput();
    if (deadline === Infinity) return this.#report(all, to, result, true);
    // The Worker has nothing else to do, and the page is not here.
    while (performance.now() < deadline);
    return report();
  }

  #read(address: number): Subscription {
    const view = this.#host.memory.view;
    const userdata = view.getBigUint64(address, true);
    const type = view.getUint8(address + 8);
    const subscription = { userdata, type, deadline: Infinity, error: Errno.success, waitsForInput: false };
    try {
      if (type === EventType.clock) return { ...subscription, deadline: this.#deadline(address) };
      if (type !== EventType.read && type !== EventType.write) throw new Refusal(Errno.inval);
      const { target } = this.#host.descriptors.get(view.getUint32(address + 16, true));
      const isInput = target instanceof StreamEnd && target.number === 0;
      return { ...subscription, waitsForInput: isInput && type === EventType.read };
    } catch (error) {
      if (error instanceof Refusal) return { ...subscription, error: error.errno };
      throw error;
    }
  }

  #deadline(address: number): number {
    const view = this.#host.memory.view;
    const clock = view.getUint32(address + 16, true);
    const timeout = view.getBigUint64(address + 24, true);
    const isAbsolute = (view.getUint16(address + 40, true) & kAbsoluteTime) !== 0;
    const now = this.#host.clocks.read(clock);
    const left = isAbsolute ? timeout - now : timeout;
    return performance.now() + Number(left) / kNanosecondsPerMillisecond;
  }

  #hasHappened({ type, deadline, error, waitsForInput }: Subscription): boolean {
    if (error !== Errno.success) return true;
    if (type === EventType.clock) return performance.now() >= deadline;
    return !waitsForInput || this.#host.streams.isInputReady;
  }

  async #suspend(deadline: number, waitsForInput: boolean): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const passing = new Promise<void>((settle) => {
      const tick = (): void => {
        const left = deadline - performance.now();
        if (left <= 0) settle();
        else timer = setTimeout(tick, Math.min(Math.ceil(left), kLongestWait));
      };
      if (deadline !== Infinity) tick();
    });
    await (waitsForInput ? Promise.race([passing, this.#host.streams.waitForInput()]) : passing);
    clearTimeout(timer);
  }

  /** `isInputOver`: nothing will come, which is as good as an end. */
  #report(all: readonly Subscription[], to: number, result: number, isInputOver = false): Errno {
    const happened = all.filter((one) => (isInputOver && one.waitsForInput) || this.#hasHappened(one));
    for (const [index, { userdata, error, type }] of happened.entries()) {
      const address = to + index * kEventSize;
      this.#host.memory.bytes(address, kEventSize).fill(0);
      const view = this.#host.memory.view;
      view.setBigUint64(address, userdata, true);
      view.setUint16(address + 8, error, true);
      view.setUint8(address + 10, type);
      if (type !== EventType.clock) view.setBigUint64(address + 16, 1n, true);
    }
    this.#host.memory.setU32(result, happened.length);
    return Errno.success;
  }
}
