// SPDX-License-Identifier: Apache-2.0
// WASI for programs that are being prepared: a world in which there is nothing, which is always the same, and which
// takes notes of who asks it for what.

import { Errno, FileType, InstanceMemory, kEventSize, Subscription } from '../wasi/preview1.ts';

const kRoot = 3;
/** 2025-01-01: the time in which snapshots are taken, so that the same program gives the same bytes. */
const kTime = 1_735_689_600_000_000_000n;

/** Its only argument, as C has it. */
const kProgram = new TextEncoder().encode('program\0');

export class PreparationHost {
  readonly memory = new InstanceMemory();
  output = '';
  errors = '';
  readonly #input: Uint8Array;
  readonly #hasRoot: boolean;
  readonly #exit: (code: number) => never;
  #effects: string[] = [];
  #wasInputRead = false;
  #isEnd = false;
  #random = 1;

  /** `hasRoot`: there is a folder `/`, in which nothing is found. */
  constructor(input: Uint8Array, hasRoot: boolean, exit: (code: number) => never) {
    this.#input = input;
    this.#hasRoot = hasRoot;
    this.#exit = exit;
  }

  /** Standard input is where we speak: the input, then each time what happened since; and an end behind each. */
  #speak(): Uint8Array {
    if (this.#isEnd) {
      this.#isEnd = false;
      return new Uint8Array();
    }
    const said = this.#wasInputRead ? new TextEncoder().encode(this.#effects.join('\n')) : this.#input;
    this.#wasInputRead = true;
    this.#effects = [];
    this.#isEnd = said.length > 0;
    return said;
  }

  #read(fd: number, vector: number, count: number, result: number): Errno {
    if (fd !== 0) return Errno.badf;
    const bytes = this.#speak();
    const [room] = this.memory.vector(vector, count);
    if (room === undefined || room.length < bytes.length) return Errno.inval;
    room.set(bytes);
    this.memory.setU32(result, bytes.length);
    return Errno.success;
  }

  #write(fd: number, vector: number, count: number, result: number): Errno {
    const text = this.memory
      .vector(vector, count)
      .map((bytes) => new TextDecoder().decode(bytes))
      .join('');
    if (fd === 1) this.output += text;
    else if (fd === 2) this.errors += text;
    else return Errno.badf;
    this.#effects.push('writes output');
    this.memory.setU32(
      result,
      this.memory.vector(vector, count).reduce((sum, bytes) => sum + bytes.length, 0),
    );
    return Errno.success;
  }

  /** Lehmer's generator. */
  #nextRandom(): number {
    this.#random = (this.#random * 48271) % 0x7fff_ffff;
    return this.#random & 0xff;
  }

  #ofStandardStream(fd: number, then: () => void): Errno {
    if (fd > kRoot || (fd === kRoot && !this.#hasRoot)) return Errno.badf;
    then();
    return Errno.success;
  }

  /** A call with a path: there is no such thing. */
  #absent(path: number, length: number): Errno {
    const text = this.memory.text(path, length);
    if (!/^(app|lib)(\/|$)/.test(text)) this.#effects.push(`looks for /${text}`);
    return Errno.noent;
  }

  /** Who polls nothing for no time wants to know whether it can: selectors, when it is imported. */
  #poll(subscriptions: number, events: number, count: number, result: number): Errno {
    const view = this.memory.view;
    const isInstant =
      count === 1 &&
      view.getUint8(subscriptions + Subscription.tag) === 0 &&
      view.getBigUint64(subscriptions + Subscription.timeout, true) === 0n &&
      view.getUint16(subscriptions + Subscription.flags, true) === 0;
    if (!isInstant) {
      this.#effects.push('waits');
      return Errno.nosys;
    }
    this.memory.bytes(events, kEventSize).fill(0);
    this.memory.setU64(events, view.getBigUint64(subscriptions, true));
    this.memory.setU32(result, 1);
    return Errno.success;
  }

  /** What the module wants of WASI. */
  importsFor(module: WebAssembly.Module): WebAssembly.Imports {
    const names = WebAssembly.Module.imports(module).map((one) => one.name);
    return { wasi_snapshot_preview1: this.#imports(names) };
  }

  #imports(names: readonly string[]): WebAssembly.ModuleImports {
    const memory = this.memory;
    const known: Record<string, (...parameters: never[]) => Errno> = {
      args_sizes_get: (count: number, size: number) => this.#sizes(count, size, 1, kProgram.length),
      args_get: (list: number, text: number) => {
        memory.setU32(list, text);
        memory.bytes(text, kProgram.length).set(kProgram);
        return Errno.success;
      },
      environ_sizes_get: (count: number, size: number) => this.#sizes(count, size, 0, 0),
      environ_get: () => Errno.success,
      clock_res_get: (_clock: number, result: number) => {
        memory.setU64(result, 1000n);
        return Errno.success;
      },
      clock_time_get: (_clock: number, _precision: bigint, result: number) => {
        this.#effects.push('asks for the time');
        memory.setU64(result, kTime);
        return Errno.success;
      },
      random_get: (address: number, length: number) => {
        this.#effects.push('asks for random bytes');
        memory.bytes(address, length).set(Array.from({ length }, () => this.#nextRandom()));
        return Errno.success;
      },
      fd_read: (fd: number, vector: number, count: number, result: number) =>
        this.#read(fd, vector, count, result),
      fd_write: (fd: number, vector: number, count: number, result: number) =>
        this.#write(fd, vector, count, result),
      fd_fdstat_get: (fd: number, result: number) =>
        this.#ofStandardStream(fd, () => {
          memory.writeFdstat(result, fd === kRoot ? FileType.directory : FileType.unknown, 0);
        }),
      fd_filestat_get: (fd: number, result: number) =>
        this.#ofStandardStream(fd, () => {
          memory.writeFilestat(result, {
            inode: 1n,
            type: fd === kRoot ? FileType.directory : FileType.unknown,
            links: 1n,
            size: 0n,
            times: [kTime, kTime, kTime],
          });
        }),
      fd_prestat_get: (fd: number, result: number) => {
        if (!this.#hasRoot || fd !== kRoot) return Errno.badf;
        memory.setU32(result, 0);
        memory.setU32(result + 4, 1);
        return Errno.success;
      },
      fd_prestat_dir_name: (_fd: number, path: number) => {
        memory.bytes(path, 1).set([0x2f]);
        return Errno.success;
      },
      fd_seek: () => Errno.spipe,
      poll_oneoff: (subscriptions: number, events: number, count: number, result: number) =>
        this.#poll(subscriptions, events, count, result),
      path_open: (_fd: number, _flags: number, path: number, length: number) => this.#absent(path, length),
      path_filestat_get: (_fd: number, _flags: number, path: number, length: number) =>
        this.#absent(path, length),
      path_readlink: (_fd: number, path: number, length: number) => this.#absent(path, length),
      proc_exit: this.#exit,
    };
    const other = (name: string) => (): Errno => {
      this.#effects.push(`calls ${name}`);
      return Errno.nosys;
    };
    return Object.fromEntries(names.map((name) => [name, known[name] ?? other(name)]));
  }

  #sizes(countAt: number, sizeAt: number, count: number, size: number): Errno {
    this.memory.setU32(countAt, count);
    this.memory.setU32(sizeAt, size);
    return Errno.success;
  }
}
