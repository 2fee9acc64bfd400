// SPDX-License-Identifier: Apache-2.0
// The shared memory of a process and the hub, where hosts have such: a ring for each direction, and a bell that all
// processes ring when they have put something for the hub. How a process uses its end of it.

import { Patience } from './patience.ts';
import { RingReader, RingWriter, type UseMessage } from './shared-ring.ts';

/** What a process is given. */
export interface ProcessRings {
  readonly requests: SharedArrayBuffer;
  readonly replies: SharedArrayBuffer;
  readonly bell: SharedArrayBuffer;
}

/** Words of the bell: how often it was rung, and whether the hub waits for it. */
export const BellWord = { rings: 0, isHeard: 1 } as const;
export const kBellWords = 2;

/** Tags of what the hub puts: 0 is a reply, others are signals. */
export const kReplyTag = 0;

/** The end of a process in a Worker. */
export class ProcessEnd {
  readonly #requests: RingWriter;
  readonly #replies: RingReader;
  readonly #bell: Int32Array;
  readonly #receive: UseMessage;
  readonly #tell: () => void;
  readonly #patience = new Patience();
  #sequence = 0;

  /** `tell` tells the hub in another way that it should look. */
  constructor({ requests, replies, bell }: ProcessRings, receive: UseMessage, tell: () => void) {
    this.#requests = new RingWriter(requests);
    this.#replies = new RingReader(replies);
    this.#bell = new Int32Array(bell);
    this.#receive = receive;
    this.#tell = tell;
  }

  /** Null, or when there is no room, the request's number: they are served in this order, whichever way they come. */
  put(request: Uint8Array): number | null {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    if (!this.#requests.put(sequence, request)) return sequence;
    Atomics.add(this.#bell, BellWord.rings, 1);
    if (Atomics.load(this.#bell, BellWord.isHeard) === 1) Atomics.notify(this.#bell, BellWord.rings);
    else if (this.#requests.mustTell()) this.#tell();
    return null;
  }

  /** Takes what has come, on having been told so. */
  look(): void {
    this.#replies.watch(false);
    this.#takeAll();
  }

  /** Takes what comes, blocking the thread for a moment. */
  lookFor(isDone: () => boolean): void {
    this.#replies.watch(true);
    this.#patience.lookFor(
      isDone,
      () => {
        this.#takeAll();
      },
      (milliseconds) => {
        this.#replies.wait(milliseconds);
      },
    );
    this.look();
  }

  #takeAll(): void {
    while (this.#replies.take(this.#receive)) continue;
  }
}
