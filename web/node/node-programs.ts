// SPDX-License-Identifier: Apache-2.0
// Programs of the machine, as processes of the kernel's: what they read and write goes through Node's pipes.

import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import type { Readable, Writable } from 'node:stream';

import { once } from '../common/once.ts';
import { request, Request } from '../common/kernel-wire.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import type { InheritedDescriptor, ProcessStart } from '../common/process-start.ts';
import type { ProcessEvents, ProcessPort, Pump } from '../kernel/hub.ts';

/** What of a pipe is carried at a time. */
const kPiece = 65536;
const kReadOnly = 0;
const kWriteOnly = 1;
const kAccessMode = 3;
/** What shells say of a program that cannot be started. */
const kExitNotStarted = 126;

type KernelDescriptor = InheritedDescriptor & { kind: 'kernel' };

/** What a program is given for its descriptors, and what Node must carry. */
interface Streams {
  readonly stdio: (number | 'pipe' | 'ignore')[];
  readonly piped: readonly KernelDescriptor[];
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
  const child = spawnWith(start, streams, variables);
  for (const fd of streams.opened) fs.closeSync(fd);
  const finish = once(() => {
    for (const { fd, place } of streams.shared) {
      keepPosition(fd, place, positions);
      fs.closeSync(fd);
    }
  });
  let carried: Promise<unknown> = Promise.resolve();
  child.on('error', (error) => {
    // It was there when it was looked for: its format or its interpreter is at fault.
    fs.writeSync(2, `taipan: cannot start ${start.program}: ${error.message}\n`);
    finish();
    pump.end();
    events.receive({ kind: 'exit', code: kExitNotStarted });
  });
  child.on('exit', (code, signal) => {
    finish();
    if (signal !== null) events.receive({ kind: 'killed', signal: os.constants.signals[signal] });
    else events.receive({ kind: 'exit', code: code ?? 0 });
    void carried.then(() => {
      pump.end();
    });
  });
  carried = Promise.all(streams.piped.map((one) => carry(child, one, pump)));
  return {
    reply: () => undefined,
    signal: (signal) => {
      child.kill(signal);
    },
    end: () => {
      child.kill('SIGKILL');
    },
  };
}

function streamsFor(descriptors: readonly InheritedDescriptor[], positions: SharedPositions): Streams {
  const count = descriptors.reduce((most, { fd }) => Math.max(most, fd + 1), 3);
  const stdio: Streams['stdio'] = Array.from({ length: count }, () => 'ignore');
  const piped: KernelDescriptor[] = [];
  const doubles: [number, number][] = [];
  const opened: number[] = [];
  const shared: SharedFile[] = [];
  const byHandle = new Map<number, number>();
  for (const one of descriptors) {
    switch (one.kind) {
      case 'standard':
        stdio[one.fd] = one.stream;
        break;
      case 'kernel': {
        const first = byHandle.get(one.handle);
        if (first !== undefined) {
          doubles.push([one.fd, first]);
          break;
        }
        byHandle.set(one.handle, one.fd);
        piped.push(one);
        stdio[one.fd] = 'pipe';
        break;
      }
      case 'file':
        if (one.shared < 0) {
          stdio[one.fd] = one.handle;
          opened.push(one.handle);
        } else {
          const fd = movedTo(one.handle, positions.get(one.shared));
          stdio[one.fd] = fd;
          shared.push({ fd, place: one.shared });
        }
        break;
      case 'path': {
        const fd = open(one.path, one.flags & kAccessMode);
        if (fd === null) break;
        stdio[one.fd] = fd;
        opened.push(fd);
        break;
      }
    }
  }
  return { stdio, piped, doubles, opened, shared };
}

/** Takes a file to a position. Node cannot seek, so what lies before it is read, unless it is all there is. */
function movedTo(fd: number, position: number): number {
  if (position === 0) return fd;
  const name = `/proc/self/fd/${String(fd)}`;
  const flags = fs.fstatSync(fd).size === position ? fs.constants.O_APPEND : 0;
  const moved = open(name, fs.constants.O_RDWR | flags) ?? open(name, fs.constants.O_RDONLY);
  if (moved === null) return fd;
  fs.closeSync(fd);
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

function spawnWith(
  { program, args, env, directory, umask, newSession }: ProcessStart,
  { stdio, doubles }: Streams,
  variables: Readonly<Record<string, string>>,
): ChildProcess {
  const options = {
    cwd: directory,
    env: { ...env, ...variables },
    stdio: stdio as StdioOptions,
    detached: newSession,
  };
  const before = process.umask(umask);
  try {
    if (doubles.length === 0) return spawn(program, args.slice(1), { ...options, argv0: args[0] ?? program });
    // Node cannot give one pipe twice, and two would not keep what is written in order.
    const redirections = doubles.map(([fd, of]) => `${String(fd)}>&${String(of)}`).join(' ');
    return spawn('/bin/sh', ['-c', `exec "$0" "$@" ${redirections}`, program, ...args.slice(1)], options);
  } finally {
    process.umask(before);
  }
}

/** Resolves when the program writes to it no more, and for what it only reads at once. */
function carry(child: ChildProcess, one: KernelDescriptor, pump: Pump): Promise<void> {
  const stream = child.stdio[one.fd];
  if (!stream) return Promise.resolve();
  const access = one.flags & kAccessMode;
  const nothing = Promise.resolve();
  const input = access === kWriteOnly ? nothing : carryIn(stream as Writable, one.handle, pump);
  const output = access === kReadOnly ? nothing : carryOut(stream as Readable, one.handle, pump);
  // Who writes to a program that is over is to hear of it, and so is who reads from one.
  void Promise.all([input, output]).then(() => {
    pump.tell(request(Request.close).u32(one.handle).take());
  });
  return output;
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
