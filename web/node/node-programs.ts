// SPDX-License-Identifier: Apache-2.0
// Programs of the machine, as processes of the kernel's: what they read and write goes through Node's pipes.

import type { ChildProcess, StdioOptions } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import type { Readable, Writable } from 'node:stream';

import { once } from '../common/once.ts';
import { OpenFlag } from '../common/host-files.ts';
import { request, Request } from '../common/kernel-wire.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import type { InheritedDescriptor, ProcessStart } from '../common/process-start.ts';
import type { ProcessEvents, ProcessPort, Pump } from '../kernel/hub.ts';

/** What of a pipe is carried at a time. */
const kPiece = 65536;
const kReadOnly = 0;
/** What shells say of a program that cannot be started. */
const kExitNotStarted = 126;

/** The last descriptor that sh redirects. */
const kLastRedirected = 9;
const SIGKILL = 9;

type KernelDescriptor = InheritedDescriptor & { kind: 'kernel' };
type FileDescriptor = InheritedDescriptor & { kind: 'file' };

/** What a program is given for its descriptors, and what Node must carry. */
interface Streams {
  readonly stdio: (number | 'pipe' | 'ignore')[];
  /** By what they are of the kernel's. */
  readonly piped: ReadonlyMap<number, readonly KernelDescriptor[]>;
  /** Descriptors that are another's double: fd, and whose. */
  readonly doubles: readonly (readonly [fd: number, of: number])[];
  /** Open for the program only. */
  readonly opened: readonly number[];
  readonly shared: readonly SharedFile[];
}

/** A file whose position others share: `fd` stays open until the program is over. */
interface SharedFile {
  readonly fd: number;
  readonly place: number;
}

export function startProgram(
  start: ProcessStart,
  events: ProcessEvents,
  pump: Pump,
  positions: SharedPositions,
  variables: Readonly<Record<string, string>>,
): ProcessPort {
  const streams = streamsFor(start.descriptors, positions);
  const finish = once(() => {
    for (const { fd, place } of streams.shared) {
      keepPosition(fd, place, positions);
      fs.closeSync(fd);
    }
  });
  const refuse = (error: unknown): void => {
    // It was there when it was looked for: its format or its interpreter is at fault.
    complain(`cannot start ${start.program}: ${error instanceof Error ? error.message : String(error)}`);
    finish();
    pump.end();
    events.receive({ kind: 'exit', code: kExitNotStarted });
  };
  const child = spawnWith(start, streams, variables);
  for (const fd of streams.opened) fs.closeSync(fd);
  if (child instanceof Error) {
    refuse(child);
    return { reply: () => undefined, signal: () => undefined, end: () => undefined };
  }
  let carried: Promise<unknown> = Promise.resolve();
  child.on('error', (error) => {
    if (child.pid === undefined) refuse(error);
  });
  child.on('exit', (code, signal) => {
    finish();
    if (signal !== null) events.receive({ kind: 'killed', signal: os.constants.signals[signal] });
    else events.receive({ kind: 'exit', code: code ?? 0 });
    void carried.then(() => {
      pump.end();
    });
  });
  carried = Promise.all([...streams.piped].map(([handle, all]) => carry(child, handle, all, pump)));
  return {
    reply: () => undefined,
    signal: (signal) => {
      kill(child, signal);
    },
    end: () => {
      kill(child, SIGKILL);
    },
  };
}

function complain(text: string): void {
  try {
    fs.writeSync(2, `taipan: ${text}\n`);
  } catch {
    // Nobody listens.
  }
}

/** Also with signals that Node has no name for. */
function kill({ pid, exitCode, signalCode }: ChildProcess, signal: number): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It is somebody else's by now, or just over.
  }
}

function streamsFor(descriptors: readonly InheritedDescriptor[], positions: SharedPositions): Streams {
  const count = descriptors.reduce((most, { fd }) => Math.max(most, fd + 1), 3);
  const stdio: Streams['stdio'] = Array.from({ length: count }, () => 'ignore');
  const piped = new Map<number, KernelDescriptor[]>();
  const doubles: [number, number][] = [];
  const opened: number[] = [];
  const shared = new Map<number, SharedFile>();
  for (const one of descriptors) {
    switch (one.kind) {
      case 'standard':
        stdio[one.fd] = one.stream;
        break;
      case 'kernel': {
        const others = piped.get(one.handle) ?? [];
        const first = others[0]?.fd ?? kLastRedirected + 1;
        if (Math.max(first, one.fd) <= kLastRedirected) {
          doubles.push([one.fd, first]);
          break;
        }
        piped.set(one.handle, [...others, one]);
        stdio[one.fd] = 'pipe';
        break;
      }
      case 'file': {
        const known = shared.get(one.shared);
        if (one.shared < 0 || known) opened.push(one.handle);
        else shared.set(one.shared, { fd: movedTo(one, positions.get(one.shared)), place: one.shared });
        stdio[one.fd] = shared.get(one.shared)?.fd ?? one.handle;
        break;
      }
      case 'path': {
        const fd = open(one.path, one.flags & OpenFlag.accessMode);
        if (fd === null) break;
        stdio[one.fd] = fd;
        opened.push(fd);
        break;
      }
    }
  }
  return { stdio, piped, doubles, opened, shared: [...shared.values()] };
}

/** Takes a file to a position. Node cannot seek, so what lies before it is read. */
function movedTo({ handle, flags }: FileDescriptor, position: number): number {
  if (position === 0) return handle;
  const name = `/proc/self/fd/${String(handle)}`;
  const access = (flags & OpenFlag.accessMode) === kReadOnly ? fs.constants.O_RDONLY : fs.constants.O_RDWR;
  const moved = open(name, access | (flags & OpenFlag.append ? fs.constants.O_APPEND : 0));
  if (moved === null) return handle;
  fs.closeSync(handle);
  const piece = new Uint8Array(kPiece);
  for (let left = position; left > 0;) {
    const count = fs.readSync(moved, piece, 0, Math.min(left, piece.length), null);
    if (count === 0) break;
    left -= count;
  }
  return moved;
}

/** Where the program has left the file, for who goes on with it. */
function keepPosition(fd: number, place: number, positions: SharedPositions): void {
  try {
    const facts = fs.readFileSync(`/proc/self/fdinfo/${String(fd)}`, 'latin1');
    const position = /^pos:\s*(\d+)/m.exec(facts);
    if (position) positions.set(place, Number(position[1]));
  } catch {
    // A system without it: others go on where they were.
  }
}

function open(path: string, flags: number): number | null {
  try {
    return fs.openSync(path, flags);
  } catch {
    return null;
  }
}

/** An error for what the machine refuses at once. */
function spawnWith(
  { program, args, env, directory, umask, newSession }: ProcessStart,
  { stdio, doubles }: Streams,
  variables: Readonly<Record<string, string>>,
): ChildProcess | Error {
  const options = {
    cwd: directory,
    env: { ...env, ...variables },
    stdio: stdio as StdioOptions,
    detached: newSession,
  };
  // Loaded here, because most programs start none.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const before = process.umask(umask);
  try {
    if (doubles.length === 0) return spawn(program, args.slice(1), { ...options, argv0: args[0] ?? program });
    return spawn('/bin/sh', ['-c', scriptFor(doubles, env), program, ...argumentsFor(args, env)], options);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    process.umask(before);
  }
}

/**
 * Has sh become the program: Node cannot give one pipe twice, and two would not keep what is written in order. sh sets PWD,
 * which the program is to have as it was given.
 */
function scriptFor(doubles: Streams['doubles'], { PWD }: ProcessStart['env']): string {
  const redirections = doubles.map(([fd, of]) => `${String(fd)}>&${String(of)}`).join(' ');
  return `${PWD === undefined ? 'unset PWD' : 'PWD=$1; shift'}; exec "$0" "$@" ${redirections}`;
}

function argumentsFor(args: readonly string[], { PWD }: ProcessStart['env']): string[] {
  return PWD === undefined ? args.slice(1) : [PWD, ...args.slice(1)];
}

/** Resolves when the program writes to it no more, and for what it only reads at once. */
function carry(
  child: ChildProcess,
  handle: number,
  descriptors: readonly KernelDescriptor[],
  pump: Pump,
): Promise<unknown> {
  const inputs: Promise<void>[] = [];
  const outputs: Promise<void>[] = [];
  for (const { fd, flags } of descriptors) {
    const stream = streamOf(child, fd);
    if (!stream) continue;
    const access = flags & OpenFlag.accessMode;
    if (access !== OpenFlag.writeOnly) inputs.push(carryIn(stream as Writable, handle, pump));
    if (access !== kReadOnly) outputs.push(carryOut(stream as Readable, handle, pump));
  }
  // Who writes to a program that is over is to hear of it, and so is who reads from one.
  void Promise.all([...inputs, ...outputs]).then(() => {
    pump.tell(request(Request.close).u32(handle).take());
  });
  return Promise.all(outputs);
}

/** None when the program was not started: then Node has not even the list. */
function streamOf(
  { stdio }: { readonly stdio?: ChildProcess['stdio'] },
  fd: number,
): Writable | Readable | null {
  return stdio?.[fd] ?? null;
}

async function carryIn(stream: Writable, handle: number, pump: Pump): Promise<void> {
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    stream
      .on('error', () => undefined)
      .on('close', () => {
        isOpen = false;
        resolve();
      });
  });
  while (isOpen) {
    const answer = pump.ask(request(Request.read).u32(handle).u32(kPiece).take());
    const piece = await Promise.race([answer, closed]);
    if (!piece || piece.error !== null || piece.data.length === 0) break;
    if ((await Promise.race([write(stream, piece.data), closed])) !== true) break;
  }
  stream.end();
}

/** Resolves to whether the program's end of it was still there. */
function write(stream: Writable, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    stream.write(bytes, (error) => {
      resolve(!error);
    });
  });
}

async function carryOut(stream: Readable, handle: number, pump: Pump): Promise<void> {
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      const { error } = await pump.ask(request(Request.write).u32(handle).raw(piece).take());
      if (error !== null) break; // nobody reads any more: the program is to hear of it
    }
  } catch {
    // The program's end of it is gone.
  }
  stream.destroy();
}
