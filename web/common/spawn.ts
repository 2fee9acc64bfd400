// SPDX-License-Identifier: Apache-2.0
// Starts a program as the C library's posix_spawn and execve do: works out which descriptors it gets, and asks the kernel
// for a process, or for the program in the place of this one.

import type { FileStream, FileSystem } from './emscripten.ts';
import { errnoNumber, errnoOf, HostError } from './errno.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { FileLocks } from './file-locks.ts';
import { fileType, kOpenOnce, S_IFCHR } from './host-files.ts';
import type { HostFileSystem } from './host-file-system.ts';
import type { Jspi } from './jspi.ts';
import type { KernelConnection, KernelMessage } from './kernel-connection.ts';
import { KernelFile } from './kernel-files.ts';
import { answerOf } from './kernel-wire.ts';
import { joinPath, textFromBytes } from './path-text.ts';
import {
  executeRequest,
  spawnRequest,
  type InheritedDescriptor,
  type LeftBehind,
  type ProcessStart,
} from './process-start.ts';
import type { ProgramGate } from './program-gate.ts';
import type { Signals } from './signals.ts';
import type { InputStream } from './standard-streams.ts';

/** Where a program is run. */
export type ProgramPlace = 'here' | 'outside';

export interface ProgramFinder {
  /** Throws a HostError for what is no program that can be run. */
  find(path: string): ProgramPlace;
  /** The host opens files again for a program before the kernel answers; else they are kept open until it has started. */
  readonly opensFilesAgain: boolean;
}

/** struct SpawnCall of runtime/processes/spawn.h, as words. */
const Call = {
  programs: 0,
  args: 1,
  env: 2,
  directory: 3,
  actions: 4,
  actionCount: 5,
  kept: 6,
  keptCount: 7,
  flags: 8,
  group: 9,
  umask: 10,
  blocked: 12,
  defaults: 14,
  ignored: 16,
  pending: 18,
} as const;
const kCallWords = 20;
const Flag = { closeOthers: 1, newSession: 2, hasGroup: 4, replaces: 8 } as const;
/** struct FileAction there. */
const Action = { size: 24, what: 0, fd: 4, target: 8, path: 12, flags: 16, mode: 20 } as const;
const What = { duplicate: 0, close: 1, open: 2, closeFrom: 3, take: 4 } as const;

/** Added to an error number when it is the directory that could not be entered. */
const kDirectoryError = 4096;
const kFirstUnnamed = 3;
/** As the C library's fexecve names its program. */
const kOpenProgram = /^\/proc\/self\/fd\/(\d+)$/;

export interface SpawnHost {
  readonly fs: FileSystem;
  readonly memory: GuestMemory;
  readonly connection: KernelConnection;
  readonly closeOnExec: ReadonlySet<number>;
  readonly files: HostFileSystem;
  readonly locks: FileLocks;
  readonly programs: ProgramFinder;
  readonly signals: Signals;
  readonly input: InputStream;
  /** Keeps the program from running while another one is to take its place. */
  readonly gate: ProgramGate;
  readonly jspi: Jspi | null;
}

/** A descriptor of the child that is being made. */
interface Slot {
  readonly stream: FileStream;
  readonly isClosed: boolean;
}

export function spawnImport(host: SpawnHost): WebAssembly.ImportValue {
  const spawn = (call: number): number | Promise<number> => {
    host.locks.share();
    const making = new Making(host, call);
    // A program without JSPI could not be kept from going on.
    if (making.replaces && !host.jspi) return -errnoNumber('ENOSYS');
    let prepared: Prepared;
    try {
      prepared = making.prepare();
      if (making.replaces) host.gate.close();
    } catch (error) {
      making.undo(true);
      return error instanceof DirectoryError ? -(errnoOf(error.reason) + kDirectoryError) : -errnoOf(error);
    }
    const finish = (reply: Uint8Array): number => {
      host.gate.open();
      const { error, value } = answerOf(reply);
      making.undo(error !== null || host.programs.opensFilesAgain);
      return error === null ? value : -errnoNumber(error);
    };
    const ask = (): number | Promise<number> => {
      try {
        const answer = host.connection.ask(prepared.request());
        return answer instanceof Uint8Array ? finish(answer) : answer.reply.then(finish);
      } catch (error) {
        host.gate.open();
        making.undo(true);
        return -errnoOf(error);
      }
    };
    return prepared.opening ? prepared.opening.then(ask) : ask();
  };
  return host.jspi ? host.jspi.suspending(spawn) : spawn;
}

class DirectoryError extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super('the working directory cannot be entered');
    this.reason = reason;
  }
}

interface Prepared {
  /** Null when there is nothing to wait for. */
  readonly opening: Promise<unknown> | null;
  readonly request: () => KernelMessage;
}

class Making {
  readonly #host: SpawnHost;
  readonly #words: Int32Array;
  /** Opened for the child only. */
  readonly #opened: FileStream[] = [];
  readonly #duplicates: (() => void)[] = [];

  constructor(host: SpawnHost, call: number) {
    this.#host = host;
    this.#words = new Int32Array(host.memory.bytes.buffer, call, kCallWords).slice();
  }

  /** The program is to have the place of the one that asks. */
  get replaces(): boolean {
    return (this.#word(Call.flags) & Flag.replaces) !== 0;
  }

  prepare(): Prepared {
    const directory = this.#directory();
    const slots = this.#slots(directory);
    const { path, place } = this.#program(directory);
    const descriptors = [...slots].map(([fd, { stream }]) => this.#describe(fd, stream));
    const start: ProcessStart = {
      program: path,
      args: this.#texts(Call.args),
      env: variables(this.#texts(Call.env)),
      directory,
      umask: this.#word(Call.umask),
      newSession: (this.#word(Call.flags) & Flag.newSession) !== 0,
      descriptors: descriptors.filter((one) => one !== null),
      ignored: signalsOf(this.#set(Call.ignored)),
      blocked: signalsOf(this.#set(Call.blocked)),
      ...(this.replaces && { left: this.#left() }),
    };
    // Programs of the machine lock nothing here, and what was opened for the child only it will have.
    const shared = [...slots.values()].map(({ stream }) => stream).filter((stream) => this.#isShared(stream));
    return {
      opening: place === 'here' ? this.#host.locks.openAll(shared) : null,
      request: () => this.#encode(this.#withLocks(start, slots), place),
    };
  }

  /** Closes what was opened on the way; with `all`, what the child was to get, too. */
  undo(all: boolean): void {
    for (const stream of this.#opened) this.#host.files.closeStream(stream);
    if (all) for (const close of this.#duplicates) close();
  }

  #word(index: number): number {
    return this.#words[index] ?? 0;
  }

  #set(index: number): bigint {
    return BigInt.asUintN(32, BigInt(this.#word(index))) | (BigInt(this.#word(index + 1)) << 32n);
  }

  #texts(index: number): string[] {
    const { memory } = this.#host;
    const texts: string[] = [];
    for (let at = this.#word(index); at !== 0; at += 4) {
      const pointer = memory.view.getUint32(at, true);
      if (pointer === 0) break;
      texts.push(memory.readText(pointer));
    }
    return texts;
  }

  #directory(): string {
    const { fs, memory, files } = this.#host;
    const pointer = this.#word(Call.directory);
    if (pointer === 0) return fs.currentPath;
    try {
      return files.directory(memory.readText(pointer));
    } catch (error) {
      throw new DirectoryError(error);
    }
  }

  /** The first of the candidates that is there; else the first error that says more than that it is not, or the last. */
  #program(directory: string): { readonly path: string; readonly place: ProgramPlace } {
    let failure: unknown = null;
    let last: unknown = new HostError('ENOENT');
    for (const candidate of this.#texts(Call.programs)) {
      try {
        if (candidate === '') throw new HostError('ENOENT');
        const path = this.#openAs(candidate) ?? joinPath(directory, candidate);
        return { path, place: this.#host.programs.find(path) };
      } catch (error) {
        last = error;
        if (!isMissing(error)) failure ??= error;
      }
    }
    throw failure ?? last;
  }

  /** The path of what fexecve names by its descriptor, or null. */
  #openAs(candidate: string): string | null {
    const fd = kOpenProgram.exec(candidate)?.[1];
    if (fd === undefined) return null;
    const stream = this.#host.fs.streams[Number(fd)];
    if (!stream) throw new HostError('ENOENT');
    return stream.path;
  }

  #left(): LeftBehind {
    const { signals, input } = this.#host;
    const { alarm } = signals;
    return {
      pending: signalsOf(this.#set(Call.pending)),
      alarm: alarm && { at: Date.now() + alarm.left, interval: alarm.interval },
      input: textFromBytes(input.unread),
    };
  }

  #slots(directory: string): Map<number, Slot> {
    const { fs, closeOnExec } = this.#host;
    const slots = new Map<number, Slot>();
    fs.streams.forEach((stream, fd) => {
      if (stream) slots.set(fd, { stream, isClosed: closeOnExec.has(fd) });
    });
    for (let index = 0; index < this.#word(Call.actionCount); ++index)
      this.#apply(slots, this.#word(Call.actions) + index * Action.size, directory);
    const kept = this.#kept();
    for (const fd of kept) {
      const slot = slots.get(fd);
      if (!slot) throw new HostError('EBADF');
      slots.set(fd, { ...slot, isClosed: false });
    }
    const closesOthers = (this.#word(Call.flags) & Flag.closeOthers) !== 0;
    for (const [fd, { isClosed }] of [...slots])
      if (isClosed || (closesOthers && fd >= kFirstUnnamed && !kept.has(fd))) slots.delete(fd);
    return slots;
  }

  #kept(): Set<number> {
    const { view } = this.#host.memory;
    return new Set(
      Array.from({ length: this.#word(Call.keptCount) }, (_, index) =>
        view.getInt32(this.#word(Call.kept) + index * 4, true),
      ),
    );
  }

  #apply(slots: Map<number, Slot>, action: number, directory: string): void {
    const { fs, memory, files } = this.#host;
    const field = (offset: number): number => memory.view.getInt32(action + offset, true);
    const fd = field(Action.fd);
    switch (field(Action.what)) {
      case What.duplicate: {
        const slot = slots.get(fd);
        if (!slot) throw new HostError('EBADF');
        slots.set(field(Action.target), { ...slot, isClosed: false });
        break;
      }
      case What.take: {
        // Whatever stands there in the child by now.
        const stream = fs.streams[fd];
        if (!stream) throw new HostError('EBADF');
        slots.set(field(Action.target), { stream, isClosed: false });
        break;
      }
      case What.close:
        slots.delete(fd);
        break;
      case What.closeFrom:
        for (const open of [...slots.keys()]) if (open >= fd) slots.delete(open);
        break;
      case What.open: {
        const path = memory.readText(field(Action.path));
        const stream = files.openStream(path, directory, field(Action.flags), field(Action.mode));
        this.#opened.push(stream);
        slots.set(fd, { stream, isClosed: false });
        break;
      }
      default:
        throw new HostError('EINVAL');
    }
  }

  /** Null for what another process cannot have. */
  #describe(fd: number, stream: FileStream): InheritedDescriptor | null {
    const { kernel, path, flags } = stream;
    if (kernel instanceof KernelFile)
      return { kind: 'kernel', fd, flags, handle: kernel.handle, type: kernel.type };
    const standard = ['/dev/stdin', '/dev/stdout', '/dev/stderr'].indexOf(path);
    if (standard >= 0) return { kind: 'standard', fd, flags, stream: standard as 0 | 1 | 2 };
    const duplicate = this.#host.files.duplicate(stream);
    if (duplicate) {
      this.#duplicates.push(duplicate.close);
      return { kind: 'file', fd, flags, path, handle: duplicate.handle, shared: duplicate.shared };
    }
    if (fileType(stream.node.mode) === S_IFCHR || path.startsWith('/'))
      return { kind: 'path', fd, flags: flags & ~kOpenOnce, path, position: stream.position };
    return null;
  }

  #isShared(stream: FileStream): boolean {
    const { files, locks } = this.#host;
    return (
      files.identityOf(stream) !== null && locks.handleOf(stream) === null && !this.#opened.includes(stream)
    );
  }

  #withLocks(start: ProcessStart, slots: ReadonlyMap<number, Slot>): ProcessStart {
    const withLock = (one: InheritedDescriptor): InheritedDescriptor => {
      if (one.kind !== 'file') return one;
      const slot = slots.get(one.fd);
      const lock = slot ? this.#host.locks.handleOf(slot.stream) : null;
      return lock === null ? one : { ...one, lock };
    };
    return { ...start, descriptors: start.descriptors.map(withLock) };
  }

  #encode(start: ProcessStart, place: ProgramPlace): Uint8Array<ArrayBuffer> {
    const isOutside = place === 'outside';
    if (this.replaces) return executeRequest(start, isOutside);
    const hasGroup = (this.#word(Call.flags) & Flag.hasGroup) !== 0;
    return spawnRequest(start, {
      group: hasGroup ? this.#word(Call.group) : null,
      defaults: this.#set(Call.defaults),
      isOutside,
    });
  }
}

function isMissing(error: unknown): boolean {
  const number = errnoOf(error);
  return number === errnoNumber('ENOENT') || number === errnoNumber('ENOTDIR');
}

function variables(texts: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=', 1);
    if (at > 0) result[text.slice(0, at)] = text.slice(at + 1);
  }
  return result;
}

/** The numbers of a set, in which signal n is bit n - 1. */
function signalsOf(set: bigint): number[] {
  return Array.from({ length: 64 }, (_, index) => index + 1).filter(
    (signal) => ((set >> BigInt(signal - 1)) & 1n) === 1n,
  );
}
