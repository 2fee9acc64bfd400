// SPDX-License-Identifier: Apache-2.0
// The part of an Emscripten module that the hosts use, typed. Emscripten has no types of its own for its inner file
// system, and what is not named here is not used.

import type { TerminalSettings } from './standard-streams.ts';

export interface FileNode {
  readonly id: number;
  mode: number;
  readonly name: string;
  rdev: number;
  node_ops: Partial<NodeOps>;
  stream_ops: Partial<StreamOps>;
}

export interface NodeOps {
  setattr(node: FileNode, attributes: { mode?: number; size?: number; timestamp?: number }): void;
  getattr(node: FileNode): Record<string, number | Date>;
  lookup(parent: FileNode, name: string): FileNode;
  readdir(node: FileNode): string[];
}

export interface FileStream {
  fd: number | null;
  readonly node: FileNode;
  readonly path: string;
  flags: number;
  position: number;
  seekable: boolean;
  stream_ops: Partial<StreamOps>;
  /** Shared by duplicates of the descriptor. */
  shared: Record<string, unknown>;
  tty?: TerminalOps;
  /** Ours: set on streams that belong to a host file. */
  host?: unknown;
  /** Ours: set on streams that belong to a file of the kernel's. */
  kernel?: unknown;
}

/** Emscripten hands HEAP8 to a stream, always with an offset. */
export type HeapView = Int8Array<ArrayBuffer>;

export interface StreamOps {
  open(stream: FileStream): void;
  close(stream: FileStream): void;
  dup(stream: FileStream): void;
  read(stream: FileStream, heap: HeapView, offset: number, length: number, position: number): number;
  write(stream: FileStream, heap: HeapView, offset: number, length: number, position: number): number;
  llseek(stream: FileStream, offset: number, whence: number): number;
  poll(stream: FileStream): number;
  ioctl(stream: FileStream, command: number, argument: number): number;
}

export interface TerminalOps {
  readonly ops: {
    ioctl_tcgets(): TerminalSettings;
    ioctl_tcsets(terminal: TerminalOps, command: number, settings: TerminalSettings): number;
    ioctl_tiocgwinsz(): [rows: number, columns: number];
  };
}

export interface FileSystem {
  currentPath: string;
  initialized: boolean;
  readonly streams: (FileStream | null | undefined)[];
  readonly ErrnoError: new (errno: number) => Error & { readonly errno: number };
  readonly FSNode: new (parent: null, name: string, mode: number, rdev: number) => FileNode;
  MAX_OPEN_FDS: number;
  nextfd(): number;
  createStream(stream: Partial<FileStream>, fd?: number): FileStream;
  makedev(major: number, minor: number): number;
  registerDevice(device: number, ops: Partial<StreamOps>): void;
  mkdev(path: string, mode: number, device: number): FileNode;
  mkdirTree(path: string): void;
  symlink(target: string, path: string): void;
  lookupPath(path: string): { readonly node: FileNode };
  open(path: string, flags: number, mode?: number): FileStream;
  close(stream: FileStream): void;
  writeFile(path: string, data: Uint8Array | string): void;
  chdir(path: string): void;
}

export type Import = (...args: number[]) => unknown;
export type ImportTable = Record<string, Import | WebAssembly.ImportValue | undefined>;
export type Imports = { readonly env: ImportTable } & WebAssembly.Imports;

export interface ModuleOptions {
  noInitialRun: boolean;
  noExitRuntime: boolean;
  noFSInit: boolean;
  thisProgram: string;
  print(text: string): void;
  printErr(text: string): void;
  onAbort(reason: unknown): void;
  preRun: ((module: EmscriptenModule) => void)[];
  instantiateWasm(
    imports: Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): Record<string, never>;
}

export interface EmscriptenModule {
  readonly FS: FileSystem;
  readonly ENV: Record<string, string | undefined>;
  addRunDependency(id: string): void;
  removeRunDependency(id: string): void;
}

export type ModuleFactory = (options: ModuleOptions) => Promise<EmscriptenModule>;
