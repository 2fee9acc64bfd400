// SPDX-License-Identifier: Apache-2.0
// A shell's world in which there is nothing: no programs, no pipes of the host, no files but /dev/null. What works here
// works inside the shell.

import type { HostFiles } from '../../../web/common/host-files.ts';
import { HostError } from '../../../web/common/errno.ts';
import { runShell } from '../../../web/shell/run-shell.ts';
import type { ShellHost } from '../../../web/shell/shell-host.ts';

export interface World {
  /** Called for each read of standard input; empty is its end. */
  readonly input?: (size: number) => Uint8Array;
  /** Called for each write to standard output. */
  readonly output?: (bytes: Uint8Array) => Promise<void> | void;
  /** When the world ends for whoever still runs, in milliseconds. */
  readonly patience?: number;
}

const kNull = 3;
const kNever = 1e9;

const refuse = (): never => {
  throw new HostError('ENOENT');
};

/** Every call of it is refused. */
const kNoFiles = new Proxy({} as HostFiles, { get: () => refuse });

export class MemoryShellHost implements ShellHost {
  readonly pid = 42;
  readonly files = kNoFiles;
  readonly #world: World;
  readonly #deadline: number;
  readonly #texts = new Map<number, string>();
  readonly #decoder = new TextDecoder('latin1');

  constructor(world: World = {}) {
    this.#world = world;
    this.#deadline = performance.now() + (world.patience ?? kNever);
  }

  text(fd: number): string {
    return this.#texts.get(fd) ?? '';
  }

  read(fd: number, size: number): Promise<Uint8Array> {
    if (fd === kNull) return Promise.resolve(new Uint8Array());
    if (fd !== 0) return Promise.reject(new HostError('EBADF'));
    return Promise.resolve(this.#world.input?.(size) ?? new Uint8Array());
  }

  async write(fd: number, bytes: Uint8Array): Promise<void> {
    if (fd === kNull) return;
    if (fd === 1 && this.#world.output) await this.#world.output(bytes);
    else this.#texts.set(fd, this.text(fd) + this.#decoder.decode(bytes));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  seek(): Promise<void> {
    return Promise.reject(new HostError('EINVAL'));
  }

  pipe(): Promise<readonly [number, number]> {
    return Promise.reject(new HostError('ENOSYS'));
  }

  open(path: string): Promise<number> {
    return path === '/dev/null' ? Promise.resolve(kNull) : Promise.reject(new HostError('ENOENT'));
  }

  spawn(): Promise<number> {
    return Promise.reject(new HostError('ENOENT'));
  }

  wait(): Promise<number> {
    return Promise.reject(new HostError('EINVAL'));
  }

  kill(): Promise<void> {
    return Promise.reject(new HostError('EPERM'));
  }

  /** Not for longer than the world lasts. */
  async sleep(ms: number): Promise<void> {
    const left = this.#deadline - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.min(ms, Math.max(left, 0))));
    if (performance.now() >= this.#deadline) throw new Error('the world has ended');
  }

  find(): string | null {
    return null;
  }
}

export async function inMemory(script: string, world: World = {}, ...args: readonly string[]) {
  const host = new MemoryShellHost(world);
  const status = await runShell({ args: ['-c', script, 'sh', ...args], env: {}, cwd: '/' }, host);
  return { status, output: host.text(1), error: host.text(2) };
}
