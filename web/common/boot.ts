// SPDX-License-Identifier: Apache-2.0
// Starts the interpreter on any host: gives it files, standard streams, environment, arguments and the imports that
// may wait, runs its main and answers with the exit code.

import { CallAdapter } from './call-adapter.ts';
import { installDescriptorCalls } from './descriptor-calls.ts';
import { installDescriptorLimit } from './descriptor-limit.ts';
import { DescriptorWaits } from './descriptor-waits.ts';
import { installDevices } from './devices.ts';
import type { EmscriptenModule, FileSystem, Imports, ModuleFactory, ModuleOptions } from './emscripten.ts';
import { foreignCallImports } from './ffi.ts';
import { FileLocks, lockImports } from './file-locks.ts';
import { GuestMemory } from './guest-memory.ts';
import { HostFileSystem, type Guest, type SharedPositions } from './host-file-system.ts';
import { IdleClock } from './idle-clock.ts';
import { inheritDescriptors } from './inherited-descriptors.ts';
import { findJspi, type Jspi } from './jspi.ts';
import { jsBridgeImports } from './js-bridge.ts';
import { kernelImports } from './kernel-calls.ts';
import type { KernelConnection } from './kernel-connection.ts';
import { KernelFiles } from './kernel-files.ts';
import type { Mount } from './mounts.ts';
import { PassedFiles, passedFileImports } from './passed-files.ts';
import { bytesFromText } from './path-text.ts';
import type { LeftBehind, ProcessStart } from './process-start.ts';
import { ProgramGate } from './program-gate.ts';
import { kDispositions, type SignalHost, type Signals } from './signals.ts';
import { spawnImport, type ProgramFinder } from './spawn.ts';
import type { StandardStreams } from './standard-streams.ts';
import { installStandardStreams, installTerminalCalls } from './stdio-devices.ts';
import { kRefused, kTimedOut, Threads, type EventLoopTurn } from './threads.ts';
import { localZone, writeLocalZone } from './time-zone.ts';

export interface BootOptions {
  readonly factory: ModuleFactory;
  /** python.wasm, on its way; compiling goes on while the module's JavaScript loads. */
  readonly module: Promise<WebAssembly.Module>;
  /** argv, the program's name first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly workingDirectory: string;
  /** Directories to make in memory; what stands below a mount is the host's business. */
  readonly directories?: readonly string[];
  /** More to make in memory. */
  readonly prepare?: (fs: FileSystem) => void;
  /** Files to make in memory. */
  readonly files?: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly streams: StandardStreams;
  readonly signals: Signals;
  readonly signalHost: SignalHost;
  readonly turn: EventLoopTurn;
  readonly connection: KernelConnection;
  readonly programs: ProgramFinder;
  /** What another process has given this one. */
  readonly inherited?: Pick<ProcessStart, 'descriptors' | 'ignored' | 'blocked' | 'left'>;
  /** Resolves when another program has taken this one's place, which does not run any more. */
  readonly replaced?: Promise<void>;
  readonly positions?: SharedPositions;
  /** Sleeps where WebAssembly cannot be suspended: everything else waits as well. */
  readonly block?: (ms: number) => void;
  /** Bytes of stack that WebAssembly may use; more ends the interpreter. */
  readonly stackSize: number;
  /** Whom the program belongs to. */
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
  /** The file creation mask to begin with. */
  readonly umask: number;
  /** The machine's file on the local time zone, when it has one. */
  readonly timeZoneFile?: () => Uint8Array | null;
  /** Called right before main runs. */
  readonly onReady?: () => void;
  /** Called when WebAssembly has trapped. */
  readonly onBreakdown?: () => void;
  /** Called when main is over, however it ended. */
  readonly onEnded?: (usage: ProgramUsage) => void;
}

/** What a program has used. */
export interface ProgramUsage {
  /** Milliseconds in which it computed. */
  readonly computed: number;
  /** Bytes of memory. */
  readonly memory: number;
}

/** The shortest time of a timer, which 0 would end. */
const kAtOnce = 1;
/** Our own fault: the interpreter itself broke down. */
const kExitInternal = 70;

/** What Emscripten's glue puts into the environment when the host says nothing about it. */
const kEmscriptenVariables = ['USER', 'LOGNAME', 'PATH', 'PWD', 'HOME', 'LANG', '_'] as const;

/** Exports of python.wasm that are called from here. */
interface InterpreterExports {
  readonly __main_argc_argv: (argc: number, argv: number) => number;
  readonly taipan_thread_main: (thread: number) => void;
  readonly malloc: (size: number) => number;
  readonly fflush: (stream: number) => number;
  readonly umask: (mask: number) => number;
}

interface Interpreter {
  readonly exports: InterpreterExports;
  readonly memory: GuestMemory;
  readonly idle: IdleClock;
  /** Null where WebAssembly cannot be suspended. */
  readonly threads: Threads | null;
}

interface Prepared {
  readonly idle: IdleClock;
  readonly threads: Threads | null;
  /** To be called when the file system is there. */
  readonly setUp: () => void;
}

type Complain = (text: string) => void;

/** Runs the interpreter to its end and resolves to its exit code. */
export async function start(options: BootOptions): Promise<number> {
  const complain: Complain = (text) => {
    options.streams.error.write(bytesFromText(`${text}\n`));
  };
  const interpreter = await instantiate(options, complain);
  const code = await runMain(interpreter, options, complain);
  const { idle, memory } = interpreter;
  options.onEnded?.({ computed: performance.now() - idle.milliseconds, memory: memory.bytes.length });
  return code;
}

/** Has Emscripten's glue set everything up, with our files, streams and imports in place of its own. */
function instantiate(options: BootOptions, complain: Complain): Promise<Interpreter> {
  return new Promise((resolve, reject) => {
    let interpreter: Interpreter | null = null;
    let setUp = (): void => undefined;
    const module: ModuleOptions = {
      noInitialRun: true,
      noExitRuntime: false,
      noFSInit: true,
      thisProgram: options.args[0] ?? 'python',
      print: complain,
      printErr: complain,
      onAbort: (reason) => {
        reject(new Error(String(reason)));
      },
      preRun: [
        () => {
          setUp();
        },
      ],
      instantiateWasm: (imports, receive) => {
        const connect = async () => {
          const compiled = await options.module;
          // The glue has run to its end by now and has put its file system and environment into the options.
          const self = module as unknown as EmscriptenModule;
          const memory = new GuestMemory(imports.env['memory'] as WebAssembly.Memory);
          const guest: Guest = {
            umask: () => (interpreter ? currentUmask(interpreter.exports) : 0),
          };
          const prepared = prepare(self, imports, memory, guest, options);
          const { idle, threads } = prepared;
          setUp = prepared.setUp;
          const instance = await WebAssembly.instantiate(compiled, imports);
          const exports = instance.exports as unknown as InterpreterExports;
          threads?.attach(exports.taipan_thread_main);
          interpreter = { exports, memory, idle, threads };
          receive(instance, compiled);
        };
        connect().catch(reject);
        return {};
      },
    };
    options.factory(module).then(() => {
      if (interpreter) resolve(interpreter);
      else reject(new Error('the interpreter was not instantiated'));
    }, reject);
  });
}

function prepare(
  module: EmscriptenModule,
  imports: Imports,
  memory: GuestMemory,
  guest: Guest,
  options: BootOptions,
): Prepared {
  for (const directory of options.directories ?? []) module.FS.mkdirTree(directory);
  for (const { path, bytes } of options.files ?? []) module.FS.writeFile(path, bytes);
  const hostFiles = new HostFileSystem(module.FS, memory, options.mounts, guest, options.positions ?? null);
  hostFiles.install(imports.env);
  module.FS.currentPath = options.workingDirectory;
  for (const name of kEmscriptenVariables) module.ENV[name] = undefined;
  for (const [name, value] of Object.entries(options.env)) module.ENV[byteString(name)] = byteString(value);
  imports.env['_tzset_js'] = (...pointers) => {
    writeLocalZone(
      memory,
      localZone(new Date().getFullYear(), options.timeZoneFile?.() ?? null),
      ...pointers,
    );
  };
  const table = imports.env['__indirect_function_table'] as WebAssembly.Table;
  const descriptors = new DescriptorWaits(module.FS, memory, options.streams.input);
  const idle = new IdleClock();
  const engine = findJspi();
  const gate = new ProgramGate();
  const jspi = engine && gate.over(engine);
  const threads = jspi ? new Threads(jspi, { ...options, idle }) : null;
  const waits =
    jspi && threads ? suspendingWaits(jspi, threads, descriptors, options) : blockingWaits(idle, options);
  const { connection } = options;
  const fs = module.FS;
  const { signals, programs, inherited, user } = options;
  const locks = new FileLocks(fs, hostFiles, connection, inherited === undefined);
  const closeOnExec = installDescriptorCalls(fs, memory, imports.env, connection, locks);
  installTerminalCalls(fs, imports.env, options.streams);
  const files = new KernelFiles(fs, connection);
  const { opensFilesAgain } = programs;
  const passed = new PassedFiles({ fs, files: hostFiles, locks, connection, closeOnExec, opensFilesAgain });
  const { input } = options.streams;
  Object.assign(
    imports.env,
    waits,
    hostImports(table, idle, options),
    foreignCallImports(imports.env),
    jsBridgeImports({ memory, connection, files, closeOnExec, jspi }),
    lockImports(locks, jspi),
    passedFileImports(passed, jspi),
    kernelImports({ memory, connection, files, closeOnExec, signals, input, idle, jspi }),
    {
      taipan_limit_descriptors: installDescriptorLimit(fs),
      taipan_groups: (groups: number, room: number) => {
        for (const [index, group] of user.groups.slice(0, room).entries())
          memory.view.setUint32(groups + 4 * index, group, true);
        return user.groups.length;
      },
      taipan_awaits_input: (polled: number, count: number) => Number(descriptors.hasInput(polled, count)),
      taipan_spawn: spawnImport({
        fs,
        memory,
        connection,
        closeOnExec,
        files: hostFiles,
        locks,
        programs,
        signals,
        input,
        gate,
        jspi,
      }),
    },
  );
  void options.replaced?.then(() => {
    signals.setAlarm(0, 0);
    input.letGo();
    hostFiles.closeAll();
  });
  return {
    idle,
    threads,
    setUp: () => {
      installStandardStreams(fs, memory, options.streams);
      installDevices(fs);
      options.prepare?.(fs);
      if (inherited) inheritDescriptors(fs, files, hostFiles, locks, inherited.descriptors);
      if (inherited?.left) takeOver(inherited.left, options);
    },
  };
}

/** Goes on with what the program left behind whose place this one has taken. */
function takeOver({ pending, alarm, input }: LeftBehind, { signals, streams }: BootOptions): void {
  for (const signal of pending) signals.deliver(signal);
  if (alarm) signals.setAlarm(Math.max(alarm.at - Date.now(), kAtOnce), alarm.interval);
  streams.input.takeOver(bytesFromText(input));
}

/** The waits of runtime/host_imports.h. */
function suspendingWaits(
  jspi: Jspi,
  threads: Threads,
  descriptors: DescriptorWaits,
  { signals, turn }: BootOptions,
): WebAssembly.ModuleImports {
  return {
    taipan_wait: jspi.suspending((thread: number, ms: number, mayBeInterrupted: number) =>
      threads.wait(thread, ms, mayBeInterrupted !== 0),
    ),
    taipan_wake: (thread: number) => {
      threads.wake(thread);
    },
    taipan_interrupt: () => {
      signals.interrupt();
    },
    taipan_thread_start: (thread: number) => threads.start(thread),
    taipan_yield: jspi.suspending(() => turn().then(() => 0)),
    taipan_wait_descriptor: jspi.suspending(
      (thread: number, fd: number, isWrite: number, mayBeInterrupted: number) => {
        const event = descriptors.eventOf(fd, isWrite !== 0);
        return event ? threads.wait(thread, -1, mayBeInterrupted !== 0, event) : kRefused;
      },
    ),
    taipan_wait_descriptors: jspi.suspending(
      (thread: number, polled: number, count: number, ms: number, mayBeInterrupted: number) =>
        threads.wait(thread, ms, mayBeInterrupted !== 0, descriptors.eventOfAny(polled, count)),
    ),
  };
}

/** The same for a host that cannot suspend: time passes, and there is nobody else to wait for. */
function blockingWaits(idle: IdleClock, { block }: BootOptions): WebAssembly.ModuleImports {
  const sleep = (ms: number): void => {
    idle.beginWait();
    block?.(ms);
    idle.endWait();
  };
  return {
    taipan_wait: (_thread: number, ms: number) => {
      if (ms < 0) return kRefused;
      sleep(ms);
      return kTimedOut;
    },
    taipan_wake: () => undefined,
    taipan_interrupt: () => undefined,
    taipan_thread_start: () => 1,
    taipan_yield: () => 0,
    taipan_wait_descriptor: () => kRefused, // the call itself blocks
    taipan_wait_descriptors: (_thread: number, _polled: number, _count: number, ms: number) => {
      if (ms >= 0) sleep(ms);
      return ms < 0 ? kRefused : kTimedOut;
    },
  };
}

/** What else runtime/ imports; the glue has placeholders that throw. */
function hostImports(
  table: WebAssembly.Table,
  idle: IdleClock,
  { signals, signalHost, stackSize, connection, inherited, user }: BootOptions,
): WebAssembly.ModuleImports {
  let adapter: CallAdapter | null = null;
  return {
    taipan_user_id: () => user.uid,
    taipan_group_id: () => user.gid,
    taipan_idle_time: () => idle.milliseconds,
    taipan_take_signal: () => signals.take(),
    taipan_watch_signal: (signal: number, disposition: number) => {
      signalHost.watch(signal, kDispositions[disposition] ?? 'default');
      connection.setDisposition(signal, disposition);
    },
    taipan_inherited_signals: (which: number) =>
      setOf((which === 0 ? inherited?.ignored : inherited?.blocked) ?? []),
    taipan_default_action: (signal: number) => {
      signalHost.act(signal);
    },
    taipan_set_alarm: (first: number, interval: number) => {
      signals.setAlarm(first, interval);
    },
    taipan_stack_size: () => stackSize,
    taipan_adapt_call: (func: number, arity: number) =>
      (adapter ??= new CallAdapter(table)).adapt(func, arity),
  };
}

async function runMain(
  { exports, memory, threads }: Interpreter,
  options: BootOptions,
  complain: Complain,
): Promise<number> {
  const argv = writeArguments(exports, memory, options.args);
  exports.umask(options.umask);
  const jspi = findJspi();
  const main = jspi ? jspi.promising(exports.__main_argc_argv) : exports.__main_argc_argv;
  options.onReady?.();
  try {
    const ended = main(options.args.length, argv);
    const code = await (threads ? Promise.race([ended, threads.failure]) : ended);
    exports.fflush(0);
    return code & 0xff;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code !== null) return code;
    options.onBreakdown?.();
    complain(`taipan: the interpreter broke down: ${error instanceof Error ? error.message : String(error)}`);
    return kExitInternal;
  }
}

/** POSIX has no other way to ask. */
function currentUmask({ umask }: InterpreterExports): number {
  const mask = umask(0);
  umask(mask);
  return mask;
}

function writeArguments(exports: InterpreterExports, memory: GuestMemory, args: readonly string[]): number {
  const argv = exports.malloc((args.length + 1) * 4);
  args.forEach((arg, index) => {
    const bytes = bytesFromText(arg);
    const pointer = exports.malloc(bytes.length + 1);
    memory.bytes.set(bytes, pointer);
    memory.bytes[pointer + bytes.length] = 0;
    memory.view.setUint32(argv + index * 4, pointer, true);
  });
  memory.view.setUint32(argv + args.length * 4, 0, true);
  return argv;
}

/** Signal n is bit n - 1. */
function setOf(signals: readonly number[]): bigint {
  return signals.reduce((set, signal) => set | (1n << BigInt(signal - 1)), 0n);
}

/** exit() leaves the stack by throwing Emscripten's ExitStatus. */
function exitCodeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('name' in error) || error.name !== 'ExitStatus')
    return null;
  return 'status' in error && typeof error.status === 'number' ? error.status & 0xff : null;
}

/** Emscripten copies one byte per character of a variable, so characters have to be the UTF-8 bytes. */
function byteString(text: string): string {
  let bytes = '';
  for (const byte of bytesFromText(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
