// SPDX-License-Identifier: Apache-2.0
// A shell's world on Node: the machine's files and processes, and pipes that are named ones without a name. Node cannot
// move the position of a descriptor, so files that are read keep theirs here.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ErrnoName } from '../../../web/common/errno.ts';
import { HostError } from '../../../web/common/errno.ts';
import { nodeFiles } from '../../../web/node/node-files.ts';
import type { ShellHost } from '../../../web/shell/shell-host.ts';

interface Descriptor {
  readonly real: number;
  /** Null for what cannot seek. */
  position: number | null;
}

const kFirstNumber = 10;

// A read of an empty pipe occupies a thread, and Node has four unless told.
process.env['UV_THREADPOOL_SIZE'] = '64';

export class NodeShellHost implements ShellHost {
  readonly pid = process.pid;
  readonly files = nodeFiles;
  readonly #descriptors = new Map<number, Descriptor>();
  readonly #children = new Map<number, Promise<number>>();
  #next = kFirstNumber;

  /** What the shell wrote to descriptors 1 and 2, which are files. */
  constructor(input: string, output: number, error: number) {
    const file = fs.openSync(input, 'r');
    [file, output, error].forEach((real, number) =>
      this.#descriptors.set(number, { real, position: number === 0 ? 0 : null }),
    );
  }

  get openDescriptors(): number {
    return this.#descriptors.size;
  }

  #find(fd: number): Descriptor {
    const found = this.#descriptors.get(fd);
    if (!found) throw new HostError('EBADF');
    return found;
  }

  #add(real: number, position: number | null): number {
    const fd = this.#next++;
    this.#descriptors.set(fd, { real, position });
    return fd;
  }

  read(fd: number, size: number): Promise<Uint8Array> {
    return refusing(async () => {
      const descriptor = this.#find(fd);
      const into = Buffer.alloc(size);
      const { position } = descriptor;
      const count = await new Promise<number>((resolve, reject) => {
        fs.read(descriptor.real, into, 0, size, position, (error, bytes) => {
          if (error) reject(error);
          else resolve(bytes);
        });
      });
      if (position !== null) descriptor.position = position + count;
      return new Uint8Array(into.subarray(0, count));
    });
  }

  write(fd: number, bytes: Uint8Array): Promise<void> {
    return refusing(async () => {
      const { real } = this.#find(fd);
      for (let at = 0; at < bytes.length;) {
        at += await new Promise<number>((resolve, reject) => {
          fs.write(real, bytes, at, bytes.length - at, null, (error, count) => {
            if (error) reject(error);
            else resolve(count);
          });
        });
      }
    });
  }

  close(fd: number): Promise<void> {
    return refusing(() => {
      fs.closeSync(this.#find(fd).real);
      this.#descriptors.delete(fd);
    });
  }

  seek(fd: number, by: number): Promise<void> {
    return refusing(() => {
      const descriptor = this.#find(fd);
      if (descriptor.position === null) throw new HostError('ESPIPE');
      descriptor.position += by;
    });
  }

  pipe(): Promise<readonly [number, number]> {
    return refusing(() => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pipe-'));
      const name = path.join(folder, 'pipe');
      spawnSync('mkfifo', [name]);
      // Opened for both, a pipe waits for nobody.
      const both = fs.openSync(name, 'r+');
      const ends = [
        this.#add(fs.openSync(name, 'r'), null),
        this.#add(fs.openSync(name, 'w'), null),
      ] as const;
      fs.closeSync(both);
      fs.rmSync(folder, { recursive: true });
      return ends;
    });
  }

  open(name: string, flags: number, mode: number): Promise<number> {
    return refusing(() => {
      const real = nodeFiles.open(name, flags, mode);
      return this.#add(real, (flags & 3) === 0 && fs.fstatSync(real).isFile() ? 0 : null);
    });
  }

  async spawn(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    cwd: string,
    descriptors: ReadonlyMap<number, number>,
  ): Promise<number> {
    const stdio: (number | 'ignore')[] = [];
    for (let number = 0; number <= Math.max(2, ...descriptors.keys()); ++number) {
      const own = descriptors.get(number);
      stdio.push(own === undefined ? 'ignore' : this.#find(own).real);
    }
    const child = spawn(program, args.slice(1), { argv0: args[0] ?? '', env, cwd, stdio });
    await started(child);
    const pid = child.pid ?? 0;
    const ended = new Promise<number>((resolve) => {
      child.on('exit', (code, signal) => resolve(signal ? os.constants.signals[signal] : (code ?? 0) << 8));
    });
    this.#children.set(pid, ended);
    return pid;
  }

  wait(pid: number): Promise<number> {
    return this.#children.get(pid) ?? Promise.reject(new HostError('EINVAL'));
  }

  kill(pid: number, signal: number): Promise<void> {
    return refusing(() => void process.kill(pid, signal));
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  find(command: string, env: Readonly<Record<string, string>>, cwd: string): string | null {
    const folders = command.includes('/') ? [''] : (env['PATH'] ?? '').split(':');
    for (const folder of folders) {
      const candidate = path.resolve(cwd, folder, command);
      try {
        fs.accessSync(candidate, fs.constants.X_OK);
        if (fs.statSync(candidate).isFile()) return candidate;
      } catch {
        // It may be in the next folder.
      }
    }
    return null;
  }
}

/** Errors of Node have the code that a HostError has. */
async function refusing<T>(run: () => Promise<T> | T): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new HostError(error.code as ErrnoName);
    throw error;
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new HostError((error as NodeJS.ErrnoException).code as ErrnoName)));
  });
}

export interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly error: string;
  /** How many descriptors are open that were not before. */
  readonly left: number;
}

/** Runs something of the shell in a folder, with these bytes as its input. */
export async function inNode(
  folder: string,
  input: string,
  run: (host: ShellHost) => Promise<number>,
): Promise<Outcome> {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'streams-'));
  const [inFile, outFile, errorFile] = ['in', 'out', 'error'].map((name) => path.join(place, name)) as [
    string,
    string,
    string,
  ];
  fs.writeFileSync(inFile, input);
  const [out, error] = [fs.openSync(outFile, 'a'), fs.openSync(errorFile, 'a')];
  try {
    const host = new NodeShellHost(inFile, out, error);
    const before = host.openDescriptors;
    const status = await run(host);
    return {
      status,
      output: fs.readFileSync(outFile, 'latin1'),
      error: fs.readFileSync(errorFile, 'latin1'),
      left: host.openDescriptors - before,
    };
  } finally {
    fs.closeSync(out);
    fs.closeSync(error);
    fs.rmSync(place, { recursive: true });
    void folder;
  }
}
