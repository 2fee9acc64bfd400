// SPDX-License-Identifier: Apache-2.0
// Descriptors 0, 1 and 2: character devices that move whole blocks and say whether they are a terminal; and the terminal
// by its own name. Emscripten's own go through one function call per byte and always claim to be a terminal.

import type { FileSystem, HeapView, ImportTable, Import, StreamOps, TerminalOps } from './emscripten.ts';
import { errnoNumber, errnoOf } from './errno.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { InputStream, OutputStream, StandardStreams } from './standard-streams.ts';

const kInputPath = '/dev/stdin';
const kTerminalPath = '/dev/tty';

const kReadOnly = 0;
const kWriteOnly = 1;
/** Device numbers nobody else uses; Emscripten gives its own devices majors from 64 upwards. */
const kMajor = 136;
/** Linux's own of the terminal that a process has. */
const kTerminalDevice = [5, 0] as const;
const kPollIn = 1;
const kPollOut = 4;

/** Requests of ioctl, and the queues that one of them names. */
const Request = { setAndFlush: 0x5404, flush: 0x540b, available: 0x541b } as const;
const kOutputQueue = 1;

/** Whether reading there is reading the standard input. */
export function isInputPath(path: string): boolean {
  return path === kInputPath || path === kTerminalPath;
}

export function installStandardStreams(fs: FileSystem, memory: GuestMemory, streams: StandardStreams): void {
  const { input, output, error } = streams;
  const reading = inputOps(fs, memory, input);
  addDevice(fs, 0, kInputPath, kReadOnly, { ...commonOps(fs, input.isTerminal, streams), ...reading });
  addDevice(fs, 1, '/dev/stdout', kWriteOnly, {
    ...commonOps(fs, output.isTerminal, streams),
    ...outputOps(fs, output),
  });
  addDevice(fs, 2, '/dev/stderr', kWriteOnly, {
    ...commonOps(fs, error.isTerminal, streams),
    ...outputOps(fs, error),
  });
  const screen = [output, error].find(({ isTerminal }) => isTerminal);
  fs.registerDevice(
    fs.makedev(...kTerminalDevice),
    input.isTerminal && screen
      ? {
          ...commonOps(fs, true, streams),
          ...reading,
          ...outputOps(fs, screen),
          poll: () => (input.ready ? kPollIn : 0) | kPollOut,
        }
      : {
          open: () => {
            throw new fs.ErrnoError(errnoNumber('ENXIO'));
          },
        },
  );
  fs.initialized = true;
}

/** What Emscripten takes for nothing: input that is to be forgotten. REQUIRES: the module is not instantiated yet. */
export function installTerminalCalls(fs: FileSystem, env: ImportTable, { input }: StandardStreams): void {
  const original = env['__syscall_ioctl'] as Import;
  env['__syscall_ioctl'] = (fd = -1, command = 0, argument = 0) => {
    const stream = fs.streams[fd];
    if (command === Request.flush && stream?.tty && argument !== kOutputQueue) input.discard();
    return original(fd, command, argument);
  };
}

function addDevice(fs: FileSystem, fd: number, path: string, flags: number, ops: Partial<StreamOps>): void {
  const device = fs.makedev(kMajor, fd);
  fs.registerDevice(device, ops);
  fs.mkdev(path, 0o666, device);
  const stream = fs.open(path, flags);
  if (stream.fd !== fd) throw new Error(`${path} became descriptor ${String(stream.fd)}`);
}

function inputOps(fs: FileSystem, memory: GuestMemory, input: InputStream): Partial<StreamOps> {
  return {
    read: (_stream, heap, offset, length) =>
      length === 0 ? 0 : attempt(fs, () => input.read(blockOf(heap, offset, length))),
    poll: () => (input.ready ? kPollIn : 0),
    ioctl: (_stream, command, argument) => {
      if (command !== Request.available) throw new fs.ErrnoError(errnoNumber('ENOTTY'));
      memory.view.setInt32(argument, input.available, true);
      return 0;
    },
  };
}

function outputOps(fs: FileSystem, output: OutputStream): Partial<StreamOps> {
  return {
    write: (_stream, heap, offset, length) => {
      attempt(fs, () => {
        output.write(blockOf(heap, offset, length));
      });
      return length;
    },
    poll: () => kPollOut,
  };
}

function commonOps(fs: FileSystem, isTerminal: boolean, streams: StandardStreams): Partial<StreamOps> {
  const { terminal: control, input } = streams;
  if (!isTerminal || !control)
    return {
      open: (stream) => {
        stream.seekable = false;
      },
    };
  const terminal: TerminalOps = {
    ops: {
      ioctl_tcgets: () => attempt(fs, () => control.settings()),
      ioctl_tcsets: (_terminal, command, settings) => {
        if (command === Request.setAndFlush) input.discard();
        // Characters come signed.
        attempt(fs, () => {
          control.change({ ...settings, c_cc: settings.c_cc.map((character) => character & 0xff) });
        });
        return 0;
      },
      ioctl_tiocgwinsz: () => {
        const { rows, columns } = streams.windowSize();
        return [rows, columns];
      },
    },
  };
  return {
    open: (stream) => {
      stream.seekable = false;
      stream.tty = terminal;
    },
  };
}

function attempt<T>(fs: FileSystem, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new fs.ErrnoError(errnoOf(error));
  }
}

function blockOf(heap: HeapView, offset: number, length: number): Uint8Array {
  return new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
}
