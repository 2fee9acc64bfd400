// SPDX-License-Identifier: Apache-2.0
// WASI preview 1 for a program in a page: its files are in memory and gone with it, what it writes and reads are
// streams of the page. Where the engine can suspend WebAssembly (JSPI), waiting does.

import { IdleClock } from '../common/idle-clock.ts';
import type { Jspi } from '../common/jspi.ts';
import { kPreview1Arity, withArity } from './arity.ts';
import { Clocks } from './clocks.ts';
import { Descriptor, DescriptorTable, StreamEnd, type Entry } from './descriptors.ts';
import { MemoryFiles, MemoryFolder, MemoryLink, type LastLink, type MemoryNode } from './memory-files.ts';
import { Polling } from './polling.ts';
import {
  Errno,
  FdFlag,
  InstanceMemory,
  LookupFlag,
  OpenFlag,
  Right,
  TimeFlag,
  Whence,
  type FileType,
} from './preview1.ts';
import { Refusal } from './refusal.ts';
import type { StandardStreams } from './streams.ts';

/** Thrown by proc_exit: the program has ended. */
export class ProgramExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${String(code)}`);
    this.code = code;
  }
}

type Answer = Errno | Promise<Errno>;
type Call = (...parameters: never[]) => Answer;

/** Calls that may wait, and suspend the program when they do. */
const kWaiting: readonly string[] = ['fd_read', 'fd_write', 'poll_oneoff'];

/** What getRandomValues gives at once. */
const kRandomPiece = 65536;
const kDirentSize = 24;
const kAccessModes = Right.fdRead | Right.fdWrite;
const kKnownFdFlags = FdFlag.append | FdFlag.dataSync | FdFlag.nonBlocking | FdFlag.readSync | FdFlag.sync;

function lastLinkOf(flags: number): LastLink {
  return (flags & LookupFlag.followLinks) !== 0 ? 'follow' : 'keep';
}

/** An offset as a number; what is negative or beyond is refused. */
function offset(value: bigint): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refusal(Errno.inval);
  return Number(value);
}

function encoded(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => new TextEncoder().encode(`${text}\0`));
}

export interface HostOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly streams: StandardStreams;
  readonly jspi: Jspi | null;
}

export class MemoryHost {
  readonly memory = new InstanceMemory();
  readonly files: MemoryFiles;
  readonly #idle = new IdleClock();
  readonly #clocks = new Clocks(this.#idle);
  readonly #descriptors: DescriptorTable;
  readonly #polling: Polling;
  readonly #streams: StandardStreams;
  readonly #jspi: Jspi | null;
  readonly #args: readonly Uint8Array[];
  readonly #env: readonly Uint8Array[];

  constructor({ args, env, streams, jspi }: HostOptions) {
    this.files = new MemoryFiles(() => this.#clocks.realTime());
    this.files.makeFolder(this.files.root, 'tmp');
    this.#descriptors = new DescriptorTable(this.files.root);
    this.#polling = new Polling(this.memory, this.#descriptors, this.#clocks, streams, jspi !== null);
    this.#streams = streams;
    this.#jspi = jspi;
    this.#args = encoded(args);
    this.#env = encoded(Object.entries(env).map(([name, value]) => `${name}=${value}`));
  }

  /** What the module wants of WASI. */
  importsFor(module: WebAssembly.Module): WebAssembly.Imports {
    const known: Record<string, Call> = {
      ...this.#processCalls(),
      ...this.#descriptorCalls(),
      ...this.#transferCalls(),
      ...this.#pathCalls(),
    };
    const names = WebAssembly.Module.imports(module).map((one) => one.name);
    return {
      wasi_snapshot_preview1: Object.fromEntries(
        names.map((name) => [name, this.#asImport(name, known[name] ?? (() => Errno.nosys))]),
      ),
    };
  }

  #asImport(name: string, call: Call): WebAssembly.ImportValue {
    const answering = withArity(
      kPreview1Arity[name] ?? 0,
      this.#guarded(call as (...all: unknown[]) => Answer),
    );
    if (this.#jspi === null || !kWaiting.includes(name)) return answering;
    return new this.#jspi.Suspending(answering);
  }

  /** What a call throws becomes its answer. */
  #guarded(call: (...parameters: unknown[]) => Answer): (...parameters: unknown[]) => Answer {
    return (...parameters) => {
      try {
        return call(...parameters);
      } catch (error) {
        if (error instanceof Refusal) return error.errno;
        if (error instanceof RangeError) return Errno.fault; // outside of the program's memory
        throw error;
      }
    };
  }

  #processCalls(): Record<string, Call> {
    const memory = this.memory;
    return {
      args_sizes_get: (count: number, size: number) => this.#putSizes(this.#args, count, size),
      args_get: (pointers: number, texts: number) => this.#putTexts(this.#args, pointers, texts),
      environ_sizes_get: (count: number, size: number) => this.#putSizes(this.#env, count, size),
      environ_get: (pointers: number, texts: number) => this.#putTexts(this.#env, pointers, texts),
      clock_res_get: (clock: number, result: number) => {
        memory.setU64(result, this.#clocks.resolution(clock));
        return Errno.success;
      },
      clock_time_get: (clock: number, _precision: bigint, result: number) => {
        memory.setU64(result, this.#clocks.read(clock));
        return Errno.success;
      },
      random_get: (address: number, length: number) => {
        const bytes = memory.bytes(address, length);
        for (let start = 0; start < length; start += kRandomPiece)
          crypto.getRandomValues(bytes.subarray(start, start + kRandomPiece));
        return Errno.success;
      },
      poll_oneoff: (from: number, to: number, count: number, result: number) =>
        this.#waiting(() => this.#polling.poll(from, to, count, result)),
      sched_yield: () => Errno.success,
      proc_exit: (code: number) => {
        throw new ProgramExit(code);
      },
      sock_accept: (fd: number) => this.#refuseSocket(fd),
      sock_recv: (fd: number) => this.#refuseSocket(fd),
      sock_send: (fd: number) => this.#refuseSocket(fd),
      sock_shutdown: (fd: number) => this.#refuseSocket(fd),
    };
  }

  #descriptorCalls(): Record<string, Call> {
    const memory = this.memory;
    const opened = (fd: number): Descriptor => this.#descriptors.get(fd);
    return {
      fd_advise: (fd: number, at: bigint, length: bigint) => {
        offset(at);
        offset(length);
        opened(fd).requireFile();
        return Errno.success;
      },
      fd_allocate: (fd: number, at: bigint, length: bigint) => {
        const descriptor = opened(fd);
        descriptor.require(Right.fdAllocate | Right.fdWrite);
        const file = descriptor.requireFile();
        const end = offset(at) + offset(length);
        if (end > file.size) this.files.resize(file, end);
        return Errno.success;
      },
      fd_close: (fd: number) => {
        this.#descriptors.close(fd);
        return Errno.success;
      },
      fd_datasync: (fd: number) => this.#sync(fd),
      fd_sync: (fd: number) => this.#sync(fd),
      fd_fdstat_get: (fd: number, result: number) => {
        const { target, flags, rights, inheriting } = opened(fd);
        memory.writeFdstat(result, target.type, flags, rights, inheriting);
        return Errno.success;
      },
      fd_fdstat_set_flags: (fd: number, flags: number) => {
        if ((flags & ~kKnownFdFlags) !== 0) throw new Refusal(Errno.inval);
        opened(fd).flags = flags;
        return Errno.success;
      },
      fd_fdstat_set_rights: (fd: number, rights: bigint, inheriting: bigint) => {
        const descriptor = opened(fd);
        if ((rights & ~descriptor.rights) !== 0n || (inheriting & ~descriptor.inheriting) !== 0n)
          throw new Refusal(Errno.notcapable);
        descriptor.rights = rights;
        descriptor.inheriting = inheriting;
        return Errno.success;
      },
      fd_filestat_get: (fd: number, result: number) => {
        this.#putStatus(result, opened(fd).target);
        return Errno.success;
      },
      fd_filestat_set_size: (fd: number, size: bigint) => {
        const descriptor = opened(fd);
        const file = descriptor.requireFile();
        descriptor.require(Right.fdFilestatSetSize | Right.fdWrite);
        this.files.resize(file, offset(size));
        return Errno.success;
      },
      fd_filestat_set_times: (fd: number, accessed: bigint, modified: bigint, flags: number) => {
        const { target } = opened(fd);
        if (target instanceof StreamEnd) throw new Refusal(Errno.inval);
        return this.#setTimes(target, accessed, modified, flags);
      },
      fd_prestat_get: (fd: number, result: number) => {
        const { preopened } = opened(fd);
        if (preopened === undefined) throw new Refusal(Errno.badf);
        memory.setU32(result, 0);
        memory.setU32(result + 4, preopened.length);
        return Errno.success;
      },
      fd_prestat_dir_name: (fd: number, address: number, length: number) => {
        const { preopened } = opened(fd);
        if (preopened === undefined) throw new Refusal(Errno.badf);
        if (length < preopened.length) throw new Refusal(Errno.nametoolong);
        memory.bytes(address, length).set(new TextEncoder().encode(preopened));
        return Errno.success;
      },
      fd_renumber: (from: number, to: number) => {
        this.#descriptors.renumber(from, to);
        return Errno.success;
      },
      fd_seek: (fd: number, distance: bigint, whence: number, result: number) =>
        this.#seek(opened(fd), distance, whence, result),
      fd_tell: (fd: number, result: number) => this.#seek(opened(fd), 0n, Whence.current, result),
    };
  }

  #transferCalls(): Record<string, Call> {
    return {
      fd_read: (fd: number, vector: number, count: number, result: number) =>
        this.#read(this.#descriptors.get(fd), vector, count, result),
      fd_write: (fd: number, vector: number, count: number, result: number) =>
        this.#write(this.#descriptors.get(fd), vector, count, result),
      fd_pread: (fd: number, vector: number, count: number, at: bigint, result: number) => {
        const descriptor = this.#descriptors.get(fd);
        descriptor.require(Right.fdRead);
        this.memory.setU32(result, this.#readFile(descriptor, vector, count, offset(at)));
        return Errno.success;
      },
      fd_pwrite: (fd: number, vector: number, count: number, at: bigint, result: number) => {
        const descriptor = this.#descriptors.get(fd);
        descriptor.require(Right.fdWrite);
        this.memory.setU32(result, this.#writeFile(descriptor, vector, count, offset(at)));
        return Errno.success;
      },
      fd_readdir: (fd: number, address: number, length: number, cookie: bigint, result: number) =>
        this.#readFolder(this.#descriptors.get(fd), address, length, offset(cookie), result),
    };
  }

  #pathCalls(): Record<string, Call> {
    const files = this.files;
    return {
      path_create_directory: (fd: number, path: number, length: number) => {
        files.makeFolder(this.#folder(fd), this.#path(path, length));
        return Errno.success;
      },
      path_filestat_get: (fd: number, flags: number, path: number, length: number, result: number) => {
        const node = files.find(this.#folder(fd), this.#path(path, length), lastLinkOf(flags));
        this.#putStatus(result, node);
        return Errno.success;
      },
      path_filestat_set_times: (
        fd: number,
        flags: number,
        path: number,
        length: number,
        accessed: bigint,
        modified: bigint,
        timeFlags: number,
      ) => {
        const node = files.find(this.#folder(fd), this.#path(path, length), lastLinkOf(flags));
        return this.#setTimes(node, accessed, modified, timeFlags);
      },
      path_link: (
        fromFd: number,
        flags: number,
        from: number,
        fromLength: number,
        fd: number,
        path: number,
        length: number,
      ) => {
        const source = this.#path(from, fromLength);
        files.link(
          this.#folder(fromFd),
          source,
          lastLinkOf(flags),
          this.#folder(fd),
          this.#path(path, length),
        );
        return Errno.success;
      },
      path_open: (
        fd: number,
        lookup: number,
        path: number,
        length: number,
        openFlags: number,
        rights: bigint,
        inheriting: bigint,
        fdFlags: number,
        result: number,
      ) => {
        const opening = { lookup, openFlags, rights, inheriting, fdFlags };
        this.memory.setU32(result, this.#open(this.#descriptors.get(fd), this.#path(path, length), opening));
        return Errno.success;
      },
      path_readlink: (
        fd: number,
        path: number,
        length: number,
        address: number,
        room: number,
        result: number,
      ) => {
        const node = files.find(this.#folder(fd), this.#path(path, length), 'keep');
        if (!(node instanceof MemoryLink)) throw new Refusal(Errno.inval);
        const target = new TextEncoder().encode(node.target).subarray(0, room);
        this.memory.bytes(address, target.length).set(target);
        this.memory.setU32(result, target.length);
        return Errno.success;
      },
      path_remove_directory: (fd: number, path: number, length: number) => {
        files.removeFolder(this.#folder(fd), this.#path(path, length));
        return Errno.success;
      },
      path_rename: (
        fromFd: number,
        from: number,
        fromLength: number,
        fd: number,
        path: number,
        length: number,
      ) => {
        const source = this.#path(from, fromLength);
        files.rename(this.#folder(fromFd), source, this.#folder(fd), this.#path(path, length));
        return Errno.success;
      },
      path_symlink: (target: number, targetLength: number, fd: number, path: number, length: number) => {
        files.symlink(this.#path(target, targetLength), this.#folder(fd), this.#path(path, length));
        return Errno.success;
      },
      path_unlink_file: (fd: number, path: number, length: number) => {
        files.unlink(this.#folder(fd), this.#path(path, length));
        return Errno.success;
      },
    };
  }

  /** Counts the time of a call that may wait as time in which the program does not compute. */
  #waiting(call: () => Answer): Answer {
    return this.#idle.during(call) as Answer;
  }

  #putSizes(texts: readonly Uint8Array[], count: number, size: number): Errno {
    this.memory.setU32(count, texts.length);
    this.memory.setU32(
      size,
      texts.reduce((sum, text) => sum + text.length, 0),
    );
    return Errno.success;
  }

  #putTexts(texts: readonly Uint8Array[], pointers: number, address: number): Errno {
    let place = address;
    for (const [index, text] of texts.entries()) {
      this.memory.setU32(pointers + index * 4, place);
      this.memory.bytes(place, text.length).set(text);
      place += text.length;
    }
    return Errno.success;
  }

  #refuseSocket(fd: number): Errno {
    this.#descriptors.get(fd);
    return Errno.notsock;
  }

  #folder(fd: number): MemoryFolder {
    return this.#descriptors.get(fd).requireFolder();
  }

  /** A path of WASI is UTF-8 and holds no zero. */
  #path(address: number, length: number): string {
    const bytes = this.memory.bytes(address, length);
    if (bytes.includes(0)) throw new Refusal(Errno.inval);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refusal(Errno.ilseq);
    }
  }

  #sync(fd: number): Errno {
    const { target } = this.#descriptors.get(fd);
    return target instanceof StreamEnd ? Errno.inval : Errno.success;
  }

  #putStatus(address: number, node: MemoryNode | StreamEnd): void {
    if (!(node instanceof StreamEnd)) {
      this.memory.writeFilestat(address, node.status());
      return;
    }
    this.memory.writeFilestat(address, {
      inode: 0n,
      type: node.type,
      links: 1n,
      size: 0n,
      times: [0n, 0n, 0n],
    });
  }

  #setTimes(node: MemoryNode, accessed: bigint, modified: bigint, flags: number): Errno {
    const chosen = (given: bigint, old: bigint, set: number, setNow: number): bigint => {
      const isBoth = (flags & set) !== 0 && (flags & setNow) !== 0;
      if (isBoth) throw new Refusal(Errno.inval);
      if ((flags & setNow) !== 0) return this.#clocks.realTime();
      return (flags & set) !== 0 ? given : old;
    };
    const newAccess = chosen(accessed, node.accessed, TimeFlag.access, TimeFlag.accessNow);
    node.modified = chosen(modified, node.modified, TimeFlag.modification, TimeFlag.modificationNow);
    node.accessed = newAccess;
    node.changed = this.#clocks.realTime();
    return Errno.success;
  }

  #seek(descriptor: Descriptor, distance: bigint, whence: number, result: number): Errno {
    const { target } = descriptor;
    if (target instanceof StreamEnd) throw new Refusal(Errno.spipe);
    const starts: Record<number, number> = {
      [Whence.start]: 0,
      [Whence.current]: descriptor.position,
      [Whence.end]: target.size,
    };
    const start = starts[whence];
    if (start === undefined) throw new Refusal(Errno.inval);
    descriptor.position = offset(BigInt(start) + distance);
    this.memory.setU64(result, BigInt(descriptor.position));
    return Errno.success;
  }

  #read(descriptor: Descriptor, vector: number, count: number, result: number): Answer {
    descriptor.require(Right.fdRead);
    if (!(descriptor.target instanceof StreamEnd)) {
      const got = this.#readFile(descriptor, vector, count, descriptor.position);
      descriptor.position += got;
      this.memory.setU32(result, got);
      return Errno.success;
    }
    if (descriptor.target.number !== 0) throw new Refusal(Errno.badf);
    const take = (): Errno => {
      this.memory.setU32(result, this.#takeInput(vector, count));
      return Errno.success;
    };
    if (this.#streams.isInputReady) return take();
    if ((descriptor.flags & FdFlag.nonBlocking) !== 0) return Errno.again;
    if (this.#jspi !== null) return this.#waiting(() => this.#streams.waitForInput().then(take));
    this.#streams.missInput();
    this.memory.setU32(result, 0);
    return Errno.success;
  }

  #takeInput(vector: number, count: number): number {
    const room = this.memory.vector(vector, count).find((piece) => piece.length > 0);
    return room === undefined ? 0 : this.#streams.readInput(room);
  }

  #readFile(descriptor: Descriptor, vector: number, count: number, position: number): number {
    const file = descriptor.requireFile();
    let total = 0;
    for (const piece of this.memory.vector(vector, count)) {
      const got = this.files.read(file, piece, position + total);
      total += got;
      if (got < piece.length) break;
    }
    return total;
  }

  #write(descriptor: Descriptor, vector: number, count: number, result: number): Answer {
    descriptor.require(Right.fdWrite);
    const { target } = descriptor;
    if (!(target instanceof StreamEnd)) {
      const isAppending = (descriptor.flags & FdFlag.append) !== 0;
      const position = isAppending ? descriptor.requireFile().size : descriptor.position;
      const put = this.#writeFile(descriptor, vector, count, position);
      descriptor.position = position + put;
      this.memory.setU32(result, put);
      return Errno.success;
    }
    const { number } = target;
    if (number === 0) throw new Refusal(Errno.badf);
    const pieces = this.memory.vector(vector, count);
    for (const piece of pieces) if (piece.length > 0) this.#streams.write(number, piece);
    this.memory.setU32(
      result,
      pieces.reduce((sum, piece) => sum + piece.length, 0),
    );
    const drained = this.#jspi === null ? undefined : this.#streams.whenDrained();
    return drained === undefined ? Errno.success : this.#waiting(() => drained.then(() => Errno.success));
  }

  #writeFile(descriptor: Descriptor, vector: number, count: number, position: number): number {
    const file = descriptor.requireFile();
    let total = 0;
    for (const piece of this.memory.vector(vector, count)) {
      this.files.write(file, piece, position + total);
      total += piece.length;
    }
    return total;
  }

  #readFolder(
    descriptor: Descriptor,
    address: number,
    length: number,
    cookie: number,
    result: number,
  ): Errno {
    descriptor.require(Right.fdReaddir);
    const folder = descriptor.requireFolder();
    if (cookie === 0) descriptor.listing = this.#entriesOf(folder);
    let used = 0;
    for (let index = cookie; index < descriptor.listing.length && used < length; ++index) {
      const entry = descriptor.listing[index];
      if (entry === undefined) break;
      const record = this.#direntOf(entry, index + 1).subarray(0, length - used);
      this.memory.bytes(address + used, record.length).set(record);
      used += record.length;
    }
    this.memory.setU32(result, used);
    return Errno.success;
  }

  #entriesOf(folder: MemoryFolder): readonly Entry[] {
    const dots: Entry[] = [
      { name: '.', node: folder },
      { name: '..', node: folder.parent },
    ];
    return [...dots, ...Array.from(folder.entries, ([name, node]) => ({ name, node }))];
  }

  #direntOf({ name, node }: Entry, next: number): Uint8Array {
    const text = new TextEncoder().encode(name);
    const record = new Uint8Array(kDirentSize + text.length);
    const view = new DataView(record.buffer);
    view.setBigUint64(0, BigInt(next), true);
    view.setBigUint64(8, node.inode, true);
    view.setUint32(16, text.length, true);
    view.setUint8(20, node.type satisfies FileType);
    record.set(text, kDirentSize);
    return record;
  }

  #open(
    parent: Descriptor,
    path: string,
    how: { lookup: number; openFlags: number; rights: bigint; inheriting: bigint; fdFlags: number },
  ): number {
    const folder = parent.requireFolder();
    if ((how.rights & ~parent.inheriting & kAccessModes) !== 0n) throw new Refusal(Errno.notcapable);
    const has = (flag: number): boolean => (how.openFlags & flag) !== 0;
    const target = this.files.open(folder, path, {
      lastLink: lastLinkOf(how.lookup),
      creates: has(OpenFlag.create),
      isExclusive: has(OpenFlag.exclusive),
      truncates: has(OpenFlag.truncate),
      wantsFolder: has(OpenFlag.directory),
    });
    const isFolder = target instanceof MemoryFolder;
    if (isFolder && (how.rights & Right.fdWrite) !== 0n) throw new Refusal(Errno.isdir);
    const rights = how.rights & parent.inheriting;
    return this.#descriptors.add(
      new Descriptor(target, rights, how.inheriting & parent.inheriting, how.fdFlags),
    );
  }
}
