// SPDX-License-Identifier: Apache-2.0
// What `&` has started. A job that is one program is a process of the host; all others run inside the shell, under
// numbers that no process has, and are killed by ending whatever they wait for.

import type { Guard } from './streams.ts';

/** Above the pids of every system. */
const kFirstNumber = 0x4000_0001;

export class Killed extends Error {
  readonly signal: number;

  constructor(signal: number) {
    super('killed');
    this.signal = signal;
  }
}

/** Ends the waits of one job. */
export class Cancellation {
  #killed: Killed | null = null;
  readonly #waits = new Set<(reason: Killed) => void>();

  kill(signal: number): void {
    const killed = (this.#killed ??= new Killed(signal));
    for (const end of this.#waits) end(killed);
    this.#waits.clear();
  }

  readonly guard: Guard = <T>(wait: Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      const end = (reason: Error): void => {
        reject(reason);
      };
      if (this.#killed) end(this.#killed);
      else this.#waits.add(end);
      wait.then(resolve, reject).finally(() => this.#waits.delete(end));
    });
}

export interface Job {
  readonly id: number;
  /** Null when it is a process of the host. */
  readonly cancellation: Cancellation | null;
  readonly status: Promise<number>;
}

/** What a shell and all of its subshells have in common. */
interface JobCount {
  next: number;
  readonly running: Set<Promise<number>>;
}

export class Jobs {
  readonly #jobs = new Map<number, Job>();
  readonly #count: JobCount;

  constructor(count: JobCount = { next: kFirstNumber, running: new Set() }) {
    this.#count = count;
  }

  /** A subshell has its own jobs, but no number twice. */
  forSubshell(): Jobs {
    return new Jobs(this.#count);
  }

  nextNumber(): number {
    return this.#count.next++;
  }

  add(job: Job): void {
    this.#jobs.set(job.id, job);
    if (!job.cancellation) return;
    const { running } = this.#count;
    running.add(job.status);
    void job.status.finally(() => running.delete(job.status));
  }

  get(id: number): Job | undefined {
    return this.#jobs.get(id);
  }

  remove(id: number): void {
    this.#jobs.delete(id);
  }

  all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Jobs inside the shell end with it, so it must not end before them. */
  async settle(): Promise<void> {
    while (this.#count.running.size > 0) await Promise.all(this.#count.running);
  }
}
