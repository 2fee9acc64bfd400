// SPDX-License-Identifier: Apache-2.0
// Open files of the host's in messages (runtime/sockets/ancillary.cpp): for the way the kernel has something that stands
// for each, and the host keeps it open, since the sender may close it before it is received.

import type { FileStream, FileSystem } from './emscripten.ts';
import { errnoNumber, errnoOf, HostError } from './errno.ts';
import type { FileLocks } from './file-locks.ts';
import { fileType, kOpenOnce, S_IFCHR } from './host-files.ts';
import type { HostFileSystem } from './host-file-system.ts';
import type { Jspi } from './jspi.ts';
import type { KernelConnection, KernelMessage } from './kernel-connection.ts';
import { answerOf, request, Request } from './kernel-wire.ts';

/** What the receiver is told: what is opened again by its handle, by its name, or what only its own process has. */
type PassedFile = { readonly flags: number } & (
  | { readonly kind: 'file'; readonly path: string; readonly shared: number; readonly position: number }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'own'; readonly pid: number; readonly key: number }
);

export interface PassedFilesHost {
  readonly fs: FileSystem;
  readonly files: HostFileSystem;
  readonly locks: FileLocks;
  readonly connection: KernelConnection;
  readonly closeOnExec: Set<number>;
  /** The host opens files again for itself; else it takes over what is given to it. */
  readonly opensFilesAgain: boolean;
}

export class PassedFiles {
  readonly #host: PassedFilesHost;
  /** Files in memory, which no other process can have. */
  readonly #own = new Map<number, FileStream>();
  #lastKey = 0;

  constructor(host: PassedFilesHost) {
    this.#host = host;
  }

  /** The kernel's number of what stands for the descriptor, or a negative error. */
  pass(fd: number): number | Promise<number> {
    const { fs, files, opensFilesAgain } = this.#host;
    const stream = fs.streams[fd];
    if (!stream) return -errnoNumber('EBADF');
    const duplicate = files.duplicate(stream);
    if (!duplicate) return this.#passByName(stream);
    const { path, flags, position } = stream;
    const send = (lock: number): number | Promise<number> => {
      const note: PassedFile = { kind: 'file', path, flags, shared: duplicate.shared, position };
      const done = (reply: Uint8Array): number => {
        const { error, value } = answerOf(reply);
        if (error !== null || opensFilesAgain) duplicate.close();
        return error === null ? value : -errnoNumber(error);
      };
      return this.#ask(passRequest(duplicate.handle, flags, lock < 0 ? null : lock, note), done);
    };
    // Whoever has it locks the same open file. The descriptor may be closed before the kernel knows that one.
    const lock = this.#host.locks.open(fd);
    return typeof lock === 'number' ? send(lock) : lock.then(send);
  }

  #passByName(stream: FileStream): number | Promise<number> {
    const { path, flags, node } = stream;
    const isDevice = fileType(node.mode) === S_IFCHR;
    const key = ++this.#lastKey;
    if (!isDevice) this.#own.set(key, stream);
    const note: PassedFile = isDevice
      ? { kind: 'path', path, flags }
      : { kind: 'own', pid: this.#host.connection.pid, key, flags };
    return this.#ask(passRequest(null, flags, null, note), (reply) => {
      const { error, value } = answerOf(reply);
      if (error !== null) this.#own.delete(key);
      return error === null ? value : -errnoNumber(error);
    });
  }

  /** A descriptor for what has come, or a negative error. `keeps`: it may come again. */
  take(handle: number, closesOnExec: boolean, keeps: boolean): number | Promise<number> {
    const { closeOnExec } = this.#host;
    return this.#ask(request(Request.takeFile).u32(handle).take(), (reply) => {
      const { error, value, second, data } = answerOf(reply);
      try {
        if (error !== null) throw new HostError(error);
        const note = JSON.parse(new TextDecoder().decode(data)) as PassedFile;
        const fd = this.#open(note, value, second, keeps).fd ?? -1;
        if (closesOnExec) closeOnExec.add(fd);
        else closeOnExec.delete(fd);
        return fd;
      } catch (failure) {
        if (error === null && second >= 0) this.#close(second);
        return -errnoOf(failure);
      } finally {
        this.#close(handle);
      }
    });
  }

  #open(note: PassedFile, handle: number, lock: number, keeps: boolean): FileStream {
    const { fs, files, locks, connection } = this.#host;
    switch (note.kind) {
      case 'file': {
        const stream = files.adopt(null, note.path, note.flags, handle, note.shared);
        if (note.shared < 0 && stream.seekable) stream.position = note.position;
        if (lock >= 0) locks.adopt(stream, lock);
        return stream;
      }
      case 'path':
        return files.openStream(note.path, '/', note.flags & ~kOpenOnce, 0);
      case 'own': {
        const own = note.pid === connection.pid ? this.#own.get(note.key) : undefined;
        if (!own) throw new HostError('EOPNOTSUPP');
        const copy = fs.createStream(own);
        copy.stream_ops.dup?.(copy);
        if (!keeps) this.#own.delete(note.key);
        return copy;
      }
    }
  }

  #ask(message: KernelMessage, done: (reply: Uint8Array) => number): number | Promise<number> {
    const answer = this.#host.connection.ask(message);
    return answer instanceof Uint8Array ? done(answer) : answer.reply.then(done);
  }

  #close(handle: number): void {
    this.#host.connection.tell(request(Request.close).u32(handle).take());
  }
}

function passRequest(
  handle: number | null,
  flags: number,
  lock: number | null,
  note: PassedFile,
): Uint8Array<ArrayBuffer> {
  const message = request(Request.passFile);
  message.maybe(handle, (value) => {
    message.u32(value);
  });
  message.u32(flags).maybe(lock, (value) => {
    message.u32(value);
  });
  return message.raw(new TextEncoder().encode(JSON.stringify(note))).take();
}

/** The imports of runtime/host_imports.h. */
export function passedFileImports(passed: PassedFiles, jspi: Jspi | null): WebAssembly.ModuleImports {
  const pass = (fd: number): number | Promise<number> => {
    try {
      return passed.pass(fd);
    } catch (error) {
      return -errnoOf(error);
    }
  };
  const take = (handle: number, closesOnExec: number, keeps: number) =>
    passed.take(handle, closesOnExec !== 0, keeps !== 0);
  // Who cannot be suspended is alone, and has its answer at once.
  return {
    taipan_pass_file: jspi ? jspi.suspending(pass) : pass,
    taipan_take_file: jspi ? jspi.suspending(take) : take,
  };
}
