// SPDX-License-Identifier: Apache-2.0
// The hub's end of the memory that it shares with processes: takes their requests, in the order in which they were made.

import { Patience } from './patience.ts';
import { BellWord, kBellWords, type ProcessRings } from './process-rings.ts';
import { MalformedRing, newRing, RingReader, RingWriter } from './shared-ring.ts';

/** Room for a piece of 64 KiB, as programs write them, while another is on its way. */
const kCapacity = 1 << 17;

/** The two ends of one process's. */
export interface RingEnds {
  readonly process: ProcessRings;
  readonly replies: RingWriter;
}

export interface RingsHost {
  submit(pid: number, request: Uint8Array): void;
  /** The process has put there what makes no sense. */
  refuse(pid: number): void;
}

export class HubRings {
  readonly #host: RingsHost;
  readonly #bell = new SharedArrayBuffer(kBellWords * Int32Array.BYTES_PER_ELEMENT);
  readonly #bellWords = new Int32Array(this.#bell);
  readonly #requests = new Map<number, Requests>();
  readonly #patience = new Patience();
  /** How often the bell had been rung when everything was last served. */
  #heard = 0;

  constructor(host: RingsHost) {
    this.#host = host;
  }

  /** Null where threads share no memory: in a page that is not isolated from others. */
  static make(host: RingsHost): HubRings | null {
    return typeof SharedArrayBuffer === 'undefined' ? null : new HubRings(host);
  }

  get isEmpty(): boolean {
    return this.#requests.size === 0;
  }

  open(pid: number): RingEnds {
    const requests = newRing(kCapacity);
    const replies = newRing(kCapacity);
    this.#requests.set(pid, new Requests(requests));
    return { process: { requests, replies, bell: this.#bell }, replies: new RingWriter(replies) };
  }

  close(pid: number): void {
    this.#requests.get(pid)?.close();
    this.#requests.delete(pid);
  }

  /** A request that has come in another way, since there was no room. */
  receive(pid: number, sequence: number, request: Uint8Array): void {
    this.#requests.get(pid)?.hold(sequence, request);
    this.look(pid);
  }

  /** Serves what a process has put. */
  look(pid: number): void {
    const requests = this.#requests.get(pid);
    if (!requests) return;
    requests.ring.watch(false);
    this.#serve(pid, requests);
  }

  /** Serves all processes that have rung the bell since it was last heard. */
  serve(): void {
    const rings = Atomics.load(this.#bellWords, BellWord.rings);
    if (rings === this.#heard) return;
    this.#heard = rings;
    for (const [pid, requests] of this.#requests) this.#serve(pid, requests);
  }

  /** Serves all processes, blocking the thread for a moment. */
  lookFor(isDone: () => boolean): void {
    const words = this.#bellWords;
    const look = (): void => {
      this.serve();
    };
    Atomics.store(words, BellWord.isHeard, 1);
    try {
      this.#patience.lookFor(isDone, look, (milliseconds) => {
        Atomics.wait(words, BellWord.rings, this.#heard, milliseconds);
      });
    } finally {
      Atomics.store(words, BellWord.isHeard, 0);
    }
    look(); // who has seen that the bell was heard has told nobody else
  }

  #serve(pid: number, requests: Requests): void {
    const submit = (request: Uint8Array): void => {
      this.#host.submit(pid, request);
    };
    try {
      while (requests.take(submit)) continue;
    } catch (error) {
      if (!(error instanceof MalformedRing)) throw error;
      this.close(pid);
      this.#host.refuse(pid);
    }
  }
}

/** The requests of one process, by the numbers that it gave them. */
class Requests {
  readonly ring: RingReader;
  /** What has overtaken others. */
  readonly #early = new Map<number, Uint8Array>();
  #next = 0;
  #isClosed = false;

  constructor(buffer: SharedArrayBuffer) {
    this.ring = new RingReader(buffer);
  }

  /** What is left is nobody's, also for who is just taking it. */
  close(): void {
    this.#isClosed = true;
  }

  hold(sequence: number, request: Uint8Array): void {
    this.#early.set(sequence, request);
  }

  /** Hands on the next in order, if it has come; false when nothing is left. Throws a MalformedRing. */
  take(use: (request: Uint8Array) => void): boolean {
    if (this.#isClosed) return false;
    const early = this.#early.get(this.#next);
    if (early) {
      this.#early.delete(this.#next);
      this.#advance();
      use(early);
      return true;
    }
    return this.ring.take((sequence, request) => {
      if (sequence !== this.#next) {
        this.hold(sequence, request.slice());
        return;
      }
      this.#advance();
      use(request);
    });
  }

  #advance(): void {
    this.#next = (this.#next + 1) >>> 0;
  }
}
