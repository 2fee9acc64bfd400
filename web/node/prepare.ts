// SPDX-License-Identifier: Apache-2.0
// `node prepare.mjs LINKED.wasm PLAN.json FOLDER`: runs a linked program up to its snapshot (runtime/bundle/snapshot.h)
// and leaves in FOLDER its memory and what else makes up its state, for src/bundle to write back into the module.
//
// First it runs as often as it takes to find the modules whose import touches the world: each run is told of those that
// are known, and what imports them shows up in the next. Then once more, undisturbed.

import fs from 'node:fs';

import { Errno, FileType, InstanceMemory } from '../wasi/preview1.ts';

const kExitFailure = 1;
const kExitMisuse = 2;
const kRoot = 3;
/** 2025-01-01: the time in which snapshots are taken, so that the same program gives the same bytes. */
const kTime = 1_735_689_600_000_000_000n;
const kMaximumRuns = 100;

interface Plan {
  readonly library: readonly string[];
  readonly program: readonly string[];
  readonly anew: boolean;
}

/** What the program sees while it is prepared: nothing, always the same, and somebody who takes notes. */
class PreparationHost {
  readonly memory = new InstanceMemory();
  output = '';
  errors = '';
  readonly #plan: string;
  readonly #isRecording: boolean;
  #effects: string[] = [];
  #wasPlanRead = false;
  #isEnd = false;
  #random = 1;

  constructor(plan: string, isRecording: boolean) {
    this.#plan = plan;
    this.#isRecording = isRecording;
  }

  /** Standard input is where we speak: the plan, then each time what happened since; then the end. */
  #speak(): string {
    if (this.#isEnd) {
      this.#isEnd = false;
      return '';
    }
    this.#isEnd = true;
    const text = this.#wasPlanRead ? this.#effects.join('\n') : this.#plan;
    this.#wasPlanRead = true;
    this.#effects = [];
    if (text === '') this.#isEnd = false;
    return text;
  }

  #read(fd: number, vector: number, count: number, result: number): Errno {
    if (fd !== 0) return Errno.badf;
    const bytes = new TextEncoder().encode(this.#speak());
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
    if (fd > kRoot || (fd === kRoot && !this.#isRecording)) return Errno.badf;
    then();
    return Errno.success;
  }

  /** A call with a path: there is no such thing. */
  #absent(path: number, length: number): Errno {
    const text = this.memory.text(path, length);
    if (!/^(app|lib)(\/|$)/.test(text)) this.#effects.push(`looks for /${text}`);
    return Errno.noent;
  }

  imports(names: Iterable<string>): WebAssembly.ModuleImports {
    const memory = this.memory;
    const known: Record<string, (...parameters: never[]) => Errno> = {
      args_sizes_get: (count: number, size: number) => this.#sizes(count, size),
      args_get: () => Errno.success,
      environ_sizes_get: (count: number, size: number) => this.#sizes(count, size),
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
          memory.writeFilestat(result, fd === kRoot ? FileType.directory : FileType.unknown, 0n, 1n, kTime);
        }),
      fd_prestat_get: (fd: number, result: number) => {
        if (!this.#isRecording || fd !== kRoot) return Errno.badf;
        memory.setU32(result, 0);
        memory.setU32(result + 4, 1);
        return Errno.success;
      },
      fd_prestat_dir_name: (_fd: number, path: number) => {
        memory.bytes(path, 1).set([0x2f]);
        return Errno.success;
      },
      fd_seek: () => Errno.spipe,
      path_open: (_fd: number, _flags: number, path: number, length: number) => this.#absent(path, length),
      path_filestat_get: (_fd: number, _flags: number, path: number, length: number) =>
        this.#absent(path, length),
      path_readlink: (_fd: number, path: number, length: number) => this.#absent(path, length),
      proc_exit: (code: number) => {
        throw new Error(`the program ended with exit code ${String(code)}`);
      },
    };
    const other = (name: string) => (): Errno => {
      this.#effects.push(`calls ${name}`);
      return Errno.nosys;
    };
    return Object.fromEntries(
      [...names].map((name) => [name, known[name] ?? other(name)]),
    ) as WebAssembly.ModuleImports;
  }

  #sizes(count: number, size: number): Errno {
    this.memory.setU32(count, 0);
    this.memory.setU32(size, 0);
    return Errno.success;
  }
}

interface Outcome {
  readonly host: PreparationHost;
  readonly exports: WebAssembly.Exports;
  /** What modules did, by their names. */
  readonly found: Map<string, string>;
}

function prepare(module: WebAssembly.Module, plan: string, isRecording: boolean): Outcome {
  const host = new PreparationHost(plan, isRecording);
  const names = WebAssembly.Module.imports(module).map((one) => one.name);
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: host.imports(names) });
  host.memory.attach(instance.exports['memory'] as WebAssembly.Memory);
  const start = instance.exports['taipan_prepare'] as () => number;
  let reason = '';
  try {
    if (start() !== 0) reason = 'its imports failed';
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  if (reason !== '') throw new Error(host.errors.trim() || reason);
  const lines = host.output.split('\n').filter((line) => line !== '');
  const found = new Map(lines.map((line) => line.split('\t', 2) as [string, string]));
  return { host, exports: instance.exports, found };
}

function planText(plan: Plan, blocked: ReadonlyMap<string, string>, isRecording: boolean): string {
  const lines = [['anew', plan.anew ? '1' : '0'], ['library', ...plan.library], ['program', ...plan.program], ['blocked', ...blocked.keys()]];
  return [`record ${isRecording ? '1' : '0'}`, ...lines.map((words) => words.join(' '))].join('\n');
}

/** The modules that cannot be in the snapshot, and why. */
function findBlocked(module: WebAssembly.Module, plan: Plan): Map<string, string> {
  const blocked = new Map<string, string>();
  for (let run = 0; run < kMaximumRuns; ++run) {
    const { found } = prepare(module, planText(plan, blocked, true), true);
    found.delete('');
    const before = blocked.size;
    for (const [name, effect] of found) if (!blocked.has(name)) blocked.set(name, effect);
    if (blocked.size === before) break;
  }
  return blocked;
}

function globalsOf(exports: WebAssembly.Exports): Record<string, string> {
  const globals = Object.entries(exports).filter((entry): entry is [string, WebAssembly.Global] => {
    return entry[1] instanceof WebAssembly.Global && entry[0].startsWith('taipan.global.');
  });
  return Object.fromEntries(globals.map(([name, global]) => [name, String(global.value)]));
}

function main(): number {
  const [linked, planFile, folder] = process.argv.slice(2);
  if (linked === undefined || planFile === undefined || folder === undefined) {
    process.stderr.write('taipan: usage: node prepare.mjs LINKED.wasm PLAN.json FOLDER\n');
    return kExitMisuse;
  }
  const module = new WebAssembly.Module(fs.readFileSync(linked));
  const plan = JSON.parse(fs.readFileSync(planFile, 'utf8')) as Plan;
  try {
    const blocked = findBlocked(module, plan);
    const { host, exports, found } = prepare(module, planText(plan, blocked, false), false);
    fs.writeFileSync(`${folder}/memory.bin`, new Uint8Array(host.memory.buffer));
    const state = { globals: globalsOf(exports), blocked: Object.fromEntries(blocked), late: [...found] };
    fs.writeFileSync(`${folder}/state.json`, JSON.stringify(state));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return kExitFailure;
  }
}

process.exitCode = main();
