// SPDX-License-Identifier: Apache-2.0
// Descriptors 0, 1 and 2: character devices that move whole blocks and say whether they are a terminal.
// Emscripten's own go through one function call per byte and always claim to be a terminal.

import type { EmscriptenModule, FileSystem, HeapView, StreamOps, TerminalOps } from './emscripten.ts';
import { errnoOf } from './errno.ts';
import type { InputStream, OutputStream, StandardStreams, WindowSize } from './standard-streams.ts';

export const kInputPath = '/dev/stdin';

const kReadOnly = 0;
const kWriteOnly = 1;
/** Device numbers nobody else uses; Emscripten gives its own devices majors from 64 upwards. */
const kMajor = 136;
const kPollIn = 1;
const kPollOut = 4;

/** A terminal in its usual state: lines are edited and echoed before the program sees them. */
const kTerminalSettings = {
  c_iflag: 0o62400, // ICRNL IXON IMAXBEL IUTF8
  c_oflag: 0o5, // OPOST ONLCR
  c_cflag: 0o277, // B38400 CS8 CREAD
  c_lflag: 0o105073, // ISIG ICANON ECHO ECHOE ECHOK ECHOCTL ECHOKE IEXTEN
  c_cc: [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0],
} as const;

export function installStandardStreams({ FS }: EmscriptenModule, streams: StandardStreams): void {
  const windowSize = () => streams.windowSize();
  addDevice(FS, 0, kInputPath, kReadOnly, inputOps(FS, streams.input, windowSize));
  addDevice(FS, 1, '/dev/stdout', kWriteOnly, outputOps(FS, streams.output, windowSize));
  addDevice(FS, 2, '/dev/stderr', kWriteOnly, outputOps(FS, streams.error, windowSize));
  FS.initialized = true;
}

function addDevice(fs: FileSystem, fd: number, path: string, flags: number, ops: Partial<StreamOps>): void {
  const device = fs.makedev(kMajor, fd);
  fs.registerDevice(device, ops);
  fs.mkdev(path, 0o666, device);
  const stream = fs.open(path, flags);
  if (stream.fd !== fd) throw new Error(`${path} became descriptor ${String(stream.fd)}`);
}

function inputOps(fs: FileSystem, input: InputStream, windowSize: () => WindowSize): Partial<StreamOps> {
  return {
    ...commonOps(input.isTerminal, windowSize),
    read: (_stream, heap, offset, length) =>
      length === 0 ? 0 : attempt(fs, () => input.read(blockOf(heap, offset, length))),
    poll: () => (input.ready ? kPollIn : 0),
  };
}

function outputOps(fs: FileSystem, output: OutputStream, windowSize: () => WindowSize): Partial<StreamOps> {
  return {
    ...commonOps(output.isTerminal, windowSize),
    write: (_stream, heap, offset, length) => {
      attempt(fs, () => {
        output.write(blockOf(heap, offset, length));
      });
      return length;
    },
    poll: () => kPollOut,
  };
}

function commonOps(isTerminal: boolean, windowSize: () => WindowSize): Partial<StreamOps> {
  const terminal: TerminalOps = {
    ops: {
      ioctl_tcgets: () => kTerminalSettings,
      ioctl_tcsets: () => 0,
      ioctl_tiocgwinsz: () => {
        const { rows, columns } = windowSize();
        return [rows, columns];
      },
    },
  };
  return {
    open: (stream) => {
      stream.seekable = false;
      if (isTerminal) stream.tty = terminal;
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
