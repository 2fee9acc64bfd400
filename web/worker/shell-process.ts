// SPDX-License-Identifier: Apache-2.0
// A process of the browser that is no interpreter: the shell, or one of its tools. Its descriptors are those that it was
// started with, and what it opens itself.

import { HostError } from '../common/errno.ts';
import { fileType, OpenFlag, S_IFIFO, S_IFREG, type Handle } from '../common/host-files.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import type { KernelConnection, KernelMessage } from '../common/kernel-connection.ts';
import { answerOf, request, Request, type Answer } from '../common/kernel-wire.ts';
import type { MountedFiles } from '../common/mounted-files.ts';
import { spawnRequest, type InheritedDescriptor, type ProcessStart } from '../common/process-start.ts';
import type { StandardStreams } from '../common/standard-streams.ts';
import { findTool, runTool } from '../shell/run-shell.ts';
import type { Environment, ShellHost } from '../shell/shell-host.ts';

const kReadOnly = 0;
/** What of a file is read at a time, when more is asked for. */
const kPiece = 1024 * 1024;

type Descriptor =
  | { readonly kind: 'standard'; readonly stream: 0 | 1 | 2; readonly flags: number }
  | { readonly kind: 'kernel'; readonly handle: number; readonly type: number; readonly flags: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly handle: Handle;
      readonly flags: number;
      /** By which it is locked, if it is: kept as long as this process is there, and handed on. */
      readonly lock?: number | undefined;
      /** Null for what has none. */
      position: Position | null;
    };

/** Where a file stands: for this process, or for all who share the place. */
interface Position {
  value: number;
  readonly place?: number;
}

export interface ShellProcessOptions {
  readonly start: ProcessStart;
  readonly connection: KernelConnection;
  readonly streams: StandardStreams;
  readonly files: MountedFiles;
  /** Null where no other process shares files. */
  readonly positions: SharedPositions | null;
  /** A program that is no tool, by its name, or null. */
  readonly find: (command: string, env: Environment, cwd: string) => string | null;
}

/** Where tools seem to be, and a name without a folder. */
const kToolPath = /^(?:(?:\/usr)?\/bin\/)?([^/]+)$/;

/** The tool that is started as a program of this path, or null. */
export function toolAt(path: string): string | null {
  const name = kToolPath.exec(path)?.[1];
  return name !== undefined && findTool(name) ? name : null;
}

/** Resolves to the exit code. */
export async function runToolProcess(options: ShellProcessOptions): Promise<number> {
  const { start } = options;
  const host = new ProcessShellHost(options);
  const name = toolAt(start.program) ?? start.program;
  const { env, directory: cwd, umask } = start;
  try {
    return await runTool(
      [name, ...start.args.slice(1)],
      { env, cwd, umask, descriptors: host.inherited },
      host,
    );
  } finally {
    host.closeFiles();
  }
}

class ProcessShellHost implements ShellHost {
  readonly pid: number;
  readonly files: MountedFiles;
  readonly find: ShellHost['find'];
  readonly inherited: readonly number[];
  readonly #connection: KernelConnection;
  readonly #streams: StandardStreams;
  readonly #positions: SharedPositions | null;
  readonly #umask: number;
  readonly #descriptors = new Map<number, Descriptor>();

  constructor({ start, connection, streams, files, positions, find }: ShellProcessOptions) {
    this.pid = connection.pid;
    this.files = files;
    this.find = find;
    this.#connection = connection;
    this.#streams = streams;
    this.#positions = positions;
    this.#umask = start.umask;
    for (const one of start.descriptors) this.#adopt(one);
    this.inherited = [...this.#descriptors.keys()];
  }

  async read(fd: number, size: number): Promise<Uint8Array> {
    const one = this.#descriptor(fd);
    switch (one.kind) {
      case 'standard': {
        const { input } = this.#streams;
        if (!input.ready) await input.whenReady();
        const into = new Uint8Array(Math.min(size, kPiece));
        return into.subarray(0, input.read(into));
      }
      case 'kernel':
        return (await this.#ask(request(Request.read).u32(one.handle).u32(size).take())).data;
      case 'file': {
        const into = new Uint8Array(Math.min(size, kPiece));
        const count = this.files.read(one.handle, into, one.position?.value ?? null);
        if (one.position) one.position.value += count;
        return into.subarray(0, count);
      }
    }
  }

  async write(fd: number, bytes: Uint8Array): Promise<void> {
    const one = this.#descriptor(fd);
    switch (one.kind) {
      case 'standard':
        (one.stream === 2 ? this.#streams.error : this.#streams.output).write(bytes);
        break;
      case 'kernel':
        for (let done = 0; done < bytes.length;) {
          const message = request(Request.write).u32(one.handle).raw(bytes.subarray(done));
          done += (await this.#ask(message.take())).value;
        }
        break;
      case 'file':
        this.#writeFile(one, bytes);
        break;
    }
  }

  close(fd: number): Promise<void> {
    const one = this.#descriptor(fd);
    this.#descriptors.delete(fd);
    if (one.kind === 'file') this.files.close(one.handle);
    if (one.kind === 'kernel' && !this.#hasHandle(one.handle))
      this.#connection.tell(request(Request.close).u32(one.handle).take());
    return Promise.resolve();
  }

  /** What the host of the files would keep open for a Worker that is gone. */
  closeFiles(): void {
    for (const one of this.#descriptors.values()) if (one.kind === 'file') this.files.close(one.handle);
    this.#descriptors.clear();
  }

  seek(fd: number, by: number): Promise<void> {
    const one = this.#descriptor(fd);
    if (one.kind !== 'file' || one.position === null) return Promise.reject(new HostError('ESPIPE'));
    one.position.value = Math.max(one.position.value + by, 0);
    return Promise.resolve();
  }

  async pipe(): Promise<readonly [read: number, write: number]> {
    const { value, second } = await this.#ask(request(Request.makePipe).u32(OpenFlag.closeOnExec).take());
    const end = (handle: number, flags: number): number =>
      this.#add({ kind: 'kernel', handle, type: S_IFIFO, flags });
    return [end(value, kReadOnly), end(second, OpenFlag.writeOnly)];
  }

  // A promise, so that what the files refuse is its rejection.
  // eslint-disable-next-line @typescript-eslint/require-await
  async open(path: string, flags: number, mode: number): Promise<number> {
    return this.#add(this.#openFile(path, flags, mode));
  }

  async spawn(
    program: string,
    args: readonly string[],
    env: Environment,
    cwd: string,
    descriptors: ReadonlyMap<number, number>,
  ): Promise<number> {
    const given = [...descriptors].map(([fd, own]) => this.#describe(fd, this.#descriptor(own)));
    const start: ProcessStart = {
      program,
      args,
      env,
      directory: cwd,
      umask: this.#umask,
      newSession: false,
      descriptors: given,
      ignored: [],
      blocked: [],
    };
    try {
      return (await this.#ask(spawnRequest(start))).value;
    } catch (error) {
      for (const one of given) if (one.kind === 'file') this.files.closeInner(one.path, one.handle);
      throw error;
    }
  }

  async wait(pid: number): Promise<number> {
    return (await this.#ask(request(Request.wait).u32(pid).u32(0).take())).second;
  }

  async kill(pid: number, signal: number): Promise<void> {
    await this.#ask(request(Request.kill).u32(pid).u32(signal).take());
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  }

  #descriptor(fd: number): Descriptor {
    const one = this.#descriptors.get(fd);
    if (!one) throw new HostError('EBADF');
    return one;
  }

  #add(one: Descriptor): number {
    let fd = 0;
    while (this.#descriptors.has(fd)) ++fd;
    this.#descriptors.set(fd, one);
    return fd;
  }

  #hasHandle(handle: number): boolean {
    return [...this.#descriptors.values()].some((one) => one.kind === 'kernel' && one.handle === handle);
  }

  #adopt(one: InheritedDescriptor): void {
    switch (one.kind) {
      case 'standard':
      case 'kernel':
        this.#descriptors.set(one.fd, one);
        break;
      case 'path':
      case 'file':
        try {
          this.#descriptors.set(one.fd, this.#takeOver(one));
        } catch {
          // Gone meanwhile.
        }
        break;
    }
  }

  #takeOver(one: InheritedDescriptor & { kind: 'path' | 'file' }): Descriptor {
    if (one.kind === 'file') {
      const handle = this.files.adopt(one.path, one.handle, one.flags);
      const file = this.#fileOf(one.path, one.flags, handle, this.#shared(one.shared, handle));
      return { ...file, lock: one.lock };
    }
    const opened = this.#openFile(one.path, one.flags, 0);
    if (opened.position) opened.position.value = one.position;
    return opened;
  }

  /** The position that others share under the place, if they do. */
  #shared(place: number, handle: Handle): Position {
    const positions = this.#positions;
    if (place < 0 || !positions) return { value: 0 };
    return sharedPosition(positions, positions.adopt(place, this.files.inner(handle)));
  }

  #openFile(path: string, flags: number, mode: number): Descriptor & { kind: 'file' } {
    return this.#fileOf(path, flags, this.files.open(path, flags, mode), { value: 0 });
  }

  #fileOf(path: string, flags: number, handle: Handle, position: Position): Descriptor & { kind: 'file' } {
    const isFile = fileType(this.files.fstat(handle).mode) === S_IFREG;
    return { kind: 'file', path, handle, flags, position: isFile ? position : null };
  }

  #writeFile(one: Descriptor & { kind: 'file' }, bytes: Uint8Array): void {
    const { position } = one;
    if (position && (one.flags & OpenFlag.append) !== 0) position.value = this.files.fstat(one.handle).size;
    for (let done = 0; done < bytes.length;) {
      const count = this.files.write(one.handle, bytes.subarray(done), position?.value ?? null);
      if (position) position.value += count;
      done += count;
    }
  }

  #describe(fd: number, one: Descriptor): InheritedDescriptor {
    switch (one.kind) {
      case 'standard':
        return { kind: 'standard', fd, flags: one.flags, stream: one.stream };
      case 'kernel':
        return { kind: 'kernel', fd, flags: one.flags, handle: one.handle, type: one.type };
      case 'file':
        return this.#describeFile(fd, one);
    }
  }

  /** As a file that both have open where the host can, else by its name. */
  #describeFile(fd: number, one: Descriptor & { kind: 'file' }): InheritedDescriptor {
    const { path, handle, position } = one;
    const flags = one.flags & ~(OpenFlag.create | OpenFlag.exclusive | OpenFlag.truncate);
    const given = this.files.give(handle, flags);
    if (given === null) return { kind: 'path', fd, flags, path, position: position?.value ?? 0 };
    return {
      kind: 'file',
      fd,
      flags,
      path,
      handle: given,
      shared: position ? this.#share(one, position) : -1,
      ...(one.lock !== undefined && { lock: one.lock }),
    };
  }

  /** Puts the position where others find it; gives the place. */
  #share(one: Descriptor & { kind: 'file' }, position: Position): number {
    const positions = this.#positions;
    if (position.place !== undefined || !positions) return position.place ?? -1;
    const place = positions.add(this.files.inner(one.handle));
    if (place < 0) return place;
    one.position = sharedPosition(positions, place);
    one.position.value = position.value;
    return place;
  }

  async #ask(message: KernelMessage): Promise<Answer> {
    const pending = this.#connection.ask(message);
    const answer = answerOf(pending instanceof Uint8Array ? pending.slice() : await pending.reply);
    if (answer.error !== null) throw new HostError(answer.error);
    return answer;
  }
}

function sharedPosition(positions: SharedPositions, place: number): Position {
  return {
    place,
    get value() {
      return positions.get(place);
    },
    set value(position: number) {
      positions.set(place, position);
    },
  };
}
