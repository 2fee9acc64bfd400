// SPDX-License-Identifier: Apache-2.0
// The entry of the browser's worker: fetches the interpreter, and runs one program for the page or for the machine
// behind the bridge.

import { ArchiveFiles } from '../common/archive-files.ts';
import { start, type BootOptions } from '../common/boot.ts';
import type { ModuleFactory } from '../common/emscripten.ts';
import type { SharedPositions } from '../common/host-file-system.ts';
import type { Mount } from '../common/mounts.ts';
import { request, Request } from '../common/kernel-wire.ts';
import { findJspi, kDefaultStackKilobytes } from '../common/jspi.ts';
import type { AssetUrls, FromWorker, StartStep, ToWorker, WorkerMode } from '../common/messages.ts';
import { movedFiles } from '../common/moved-files.ts';
import { mountedFiles } from '../common/mounted-files.ts';
import { exitCodeOf, kLonelySignals, SIGINT, signalOf, Signals, SIGWINCH } from '../common/signals.ts';
import { LocalConnection } from '../kernel/local-connection.ts';
import type { FromProcess, ToProcess } from '../kernel/messages.ts';
import type { RemoteConnection } from '../kernel/remote-connection.ts';
import { RemoteProcess, type PostToHub } from '../kernel/remote-process.ts';
import type { StandardStreams } from '../common/standard-streams.ts';
import type { EventLoopTurn } from '../common/threads.ts';
import { Bridge } from './bridge.ts';
import { BridgeFiles, BridgePositions } from './bridge-files.ts';
import type { JsonObject } from './bridge-message.ts';
import { BridgeInput, BridgeOutput, BridgeTerminal, followSignals } from './bridge-streams.ts';
import { mountHistory } from './page-history.ts';
import { PageInput, PageOutput, PageTerminal, PageWindow } from './page-streams.ts';
import { runToolProcess, toolAt } from './shell-process.ts';
import {
  WorkerPrograms,
  WorkerProcesses,
  type FromProcessWorker,
  type WorkerStart,
} from './worker-processes.ts';

/** The part of a worker's global scope that is used here; the page's types do not fit. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  postMessage(message: FromProcessWorker, transfer?: ArrayBuffer[]): void;
  addEventListener(
    type: 'message',
    listener: (event: MessageEvent<ToWorker | WorkerStart | ToProcess>) => void,
  ): void;
}

const kPythonHome = '/usr/local';
const kStandardLibrary = `${kPythonHome}/lib/python3.13`;
const kProgramFolder = `${kPythonHome}/bin`;
const kProgram = `${kProgramFolder}/python3.13`;
const kHome = '/home/user';
const kTemporary = '/tmp';
const kHistory = `${kHome}/.python_history`;
const kExitInternal = 70;
/** As Emscripten has it. */
const kUser = { uid: 0, gid: 0, groups: [0] };
/** Of a program at the page, where nobody else is. */
const kUmask = 0o022;

/** What differs between the two modes. */
interface Program {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly workingDirectory: string;
  readonly streams: StandardStreams;
  readonly stackKilobytes: number;
  readonly umask: number;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly positions?: SharedPositions;
  readonly prepare?: BootOptions['prepare'];
  /** Tells how it ended; nothing runs afterwards. */
  end(code: number): void;
}

/** The pid of the first process; the kernel's own is 1. */
const kFirstPid = 2;

class Session {
  readonly #scope: WorkerScope;
  readonly #signals = new Signals();
  #input: PageInput | null = null;
  #window: PageWindow | null = null;
  #terminal: PageTerminal | null = null;
  #remote: RemoteConnection | null = null;
  #connection: LocalConnection | null = null;
  #processes: WorkerProcesses | null = null;
  /** Who wants input, this process being null: the last of them gets what is typed. */
  #readers: (Worker | null)[] = [];

  constructor(scope: WorkerScope) {
    this.#scope = scope;
  }

  receive(message: ToWorker | WorkerStart | ToProcess): void {
    switch (message.kind) {
      case 'start':
        this.#run(message.assets, message.mode).catch((error: unknown) => {
          this.#scope.postMessage({ kind: 'failed', reason: describe(error) });
        });
        break;
      case 'process':
        this.#runProcess(message).catch(() => {
          this.#scope.postMessage({ kind: 'exit', code: kExitInternal } satisfies FromProcess);
        });
        break;
      case 'reply':
      case 'look':
      case 'signal':
        this.#remote?.receive(message);
        break;
      case 'input':
        this.#type(message);
        break;
      case 'end-of-input':
        if (this.#reader) this.#reader.postMessage(message);
        else this.#input?.end();
        break;
      case 'interrupt':
        this.#interrupt();
        break;
      case 'resize':
        if (this.#window) this.#window.size = message;
        this.#signals.deliver(SIGWINCH);
        this.#processes?.broadcast(message);
        break;
    }
  }

  get #reader(): Worker | null {
    return this.#readers.at(-1) ?? this.#replacement;
  }

  /** The Worker of the program that has taken the place of the one here. */
  get #replacement(): Worker | null {
    return this.#connection?.isReplaced ? (this.#processes?.workerOf(kFirstPid) ?? null) : null;
  }

  #wantsInput(reader: Worker | null): void {
    this.#forget(reader);
    this.#readers.push(reader);
  }

  #forget(reader: Worker | null): void {
    this.#readers = this.#readers.filter((one) => one !== reader);
  }

  #type(message: ToWorker & { kind: 'input' }): void {
    const bytes = this.#terminal?.receive(message.bytes);
    if (!bytes) this.#interrupt();
    else if (this.#reader) this.#reader.postMessage(message);
    else this.#input?.push(bytes);
  }

  /** One of the machine's. What comes from the terminal all processes there get. */
  #receiveSignal(signal: number, isAtTerminal: boolean): void {
    const { hub = null, isReplaced = false } = this.#connection ?? {};
    const isShared = isAtTerminal && (signal === SIGINT || signal === SIGWINCH);
    if (hub && (isShared || isReplaced)) hub.terminalSignal(kFirstPid, signal);
    else this.#signals.deliver(signal);
  }

  /** All processes, when there are others. */
  #interrupt(): void {
    this.#input?.discard();
    const hub = this.#connection?.hub;
    if (hub) hub.terminalSignal(kFirstPid, SIGINT);
    else if (this.#remote) this.#remote.tell(groupSignal(SIGINT));
    else this.#signals.deliver(SIGINT);
  }

  async #run(assets: AssetUrls, mode: WorkerMode): Promise<void> {
    if (!findJspi()) throw new Error('this browser cannot suspend WebAssembly (JSPI); use a newer one');
    const done = (step: StartStep) => {
      this.#scope.postMessage({ kind: 'step-done', step });
    };
    // All of them are fetched at once; compiling goes on while the rest arrives.
    const module = WebAssembly.compileStreaming(fetchAsset(assets.wasm));
    const kernel = WebAssembly.compileStreaming(fetchAsset(assets.kernel));
    const glue = import(assets.glue) as Promise<{ default: ModuleFactory }>;
    const library = fetchAsset(assets.standardLibrary).then((response) => response.arrayBuffer());
    reportWhen(module, () => {
      done('interpreter');
    });
    reportWhen(library, () => {
      done('standard library');
    });
    const program = mode.kind === 'bridge' ? this.#programOfBridge(mode) : this.#programOfPage(mode);
    if (mode.kind === 'bridge')
      followSignals(new Bridge(mode.base, mode.token), (signal) => {
        this.#receiveSignal(signal, program.streams.terminal !== null);
      }).catch(() => undefined); // this page will go, too
    const kernelModule = await kernel;
    const processes = (this.#processes = new WorkerProcesses({
      assets,
      module,
      library,
      mode: () => (mode.kind === 'prompt' ? { ...mode, ...this.#window?.size } : mode),
      forPage: (message, from) => {
        if (message.kind === 'reading') this.#wantsInput(from);
        this.#scope.postMessage(message);
      },
      ended: (worker) => {
        this.#forget(worker);
      },
      close: (handle) => {
        if (mode.kind === 'bridge') new BridgeFiles(new Bridge(mode.base, mode.token)).close(handle);
      },
    }));
    const connection = (this.#connection = new LocalConnection({
      module: () => kernelModule,
      starter: processes,
      signals: this.#signals,
      pid: kFirstPid,
      directory: program.workingDirectory,
      end: (status) => {
        program.end(exitCodeOf(status));
      },
    }));
    void connection.replaced.then(() => {
      this.#forget(null);
    });
    const running = start({
      ...this.#commonOptions((await glue).default, module, await library, program),
      args: [kProgram, ...program.args],
      signalHost: kLonelySignals,
      connection,
      replaced: connection.replaced,
      onReady: () => {
        done('starting');
        this.#scope.postMessage({ kind: 'running' });
      },
    });
    const status = await connection.statusOf(running);
    if (signalOf(status) === 0) await connection.hub?.whenEmpty();
    program.end(exitCodeOf(status));
  }

  /** A process that another has started. Its Worker is ended from there. */
  async #runProcess(message: WorkerStart): Promise<void> {
    const { pid, glue, module, library, mode, start: given, rings } = message;
    const post: PostToHub = (told, transfer = []) => {
      this.#scope.postMessage(told, transfer);
    };
    const self = new RemoteProcess(pid, given, this.#signals, post, rings);
    const { connection } = self;
    this.#remote = connection;
    connection.receive({ kind: 'look' }); // one may have come before
    const parent = mode.kind === 'bridge' ? this.#programOfBridge(mode) : this.#programOfPage(mode);
    if (toolAt(given.program) !== null) {
      const { mounts, streams, positions = null } = parent;
      const files = mountedFiles([libraryMount(library), ...mounts]);
      const find = (command: string) => (command === kProgram ? command : null);
      self.report(await runToolProcess({ start: given, connection, streams, files, positions, find }));
      return;
    }
    const { default: factory } = (await import(glue)) as { default: ModuleFactory };
    const code = await start({
      ...this.#commonOptions(factory, Promise.resolve(module), library, parent),
      ...self.bootOptions,
      env: { ...given.env, TAIPAN_PYTHON_HOME: kPythonHome },
    });
    self.report(code);
  }

  #commonOptions(
    factory: ModuleFactory,
    module: Promise<WebAssembly.Module>,
    library: ArrayBuffer,
    program: Program,
  ) {
    return {
      factory,
      module,
      env: program.env,
      mounts: [libraryMount(library), ...program.mounts],
      workingDirectory: program.workingDirectory,
      directories: [kHome, kTemporary, kProgramFolder],
      files: program.files,
      streams: program.streams,
      ...(program.prepare && { prepare: program.prepare }),
      ...(program.positions && { positions: program.positions }),
      signals: this.#signals,
      programs: new WorkerPrograms(kProgram),
      user: kUser,
      turn: messageTurns(),
      stackSize: program.stackKilobytes * 1024,
      umask: program.umask,
    } satisfies Partial<BootOptions>;
  }

  #programOfPage(mode: WorkerMode & { kind: 'prompt' }): Program {
    const post = (message: FromWorker) => {
      if (message.kind === 'reading') this.#wantsInput(null);
      this.#scope.postMessage(message);
    };
    const input = (this.#input = new PageInput(post));
    const window = (this.#window = new PageWindow(mode));
    const terminal = (this.#terminal = new PageTerminal(post));
    return {
      args: mode.args,
      env: {
        TAIPAN_PYTHON_HOME: kPythonHome,
        PYTHONSTARTUP: `${kStandardLibrary}/taipan/prompt.py`,
        HOME: kHome,
        USER: 'user',
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
      },
      mounts: [],
      workingDirectory: kHome,
      files: mode.files,
      prepare: (fs) => {
        mountHistory(fs, kHistory, mode.history, (text) => {
          post({ kind: 'history', text });
        });
      },
      streams: {
        input,
        output: new PageOutput('stdout', post),
        error: new PageOutput('stderr', post),
        windowSize: () => window.size,
        terminal,
      },
      stackKilobytes: kDefaultStackKilobytes,
      umask: kUmask,
      end: (code) => {
        post({ kind: 'exit', code });
      },
    };
  }

  #programOfBridge({ base, token }: WorkerMode & { kind: 'bridge' }): Program {
    const bridge = new Bridge(base, token);
    const { values } = bridge.call('start');
    const terminal = values['terminal'] as JsonObject;
    const stackKilobytes = values['stackKilobytes']; // of a browser that was started with other flags
    const workingDirectory = values['workingDirectory'] as string;
    const files = new BridgeFiles(bridge);
    const positions = new BridgePositions(files);
    const control = new BridgeTerminal(bridge);
    const hasTerminal = ['input', 'output', 'error'].some((stream) => terminal[stream] === true);
    return {
      args: values['arguments'] as string[],
      env: { ...(values['environment'] as Record<string, string>), TAIPAN_PYTHON_HOME: kPythonHome },
      mounts: [
        ...[...new Set(values['roots'] as string[])].map((at) => ({ at, files })),
        { at: kTemporary, files: movedFiles(files, values['temporary'] as string, kTemporary) },
      ],
      workingDirectory,
      files: [],
      positions,
      streams: {
        input: new BridgeInput(bridge, terminal['input'] as boolean),
        output: new BridgeOutput(bridge, 'stdout', terminal['output'] as boolean),
        error: new BridgeOutput(bridge, 'stderr', terminal['error'] as boolean),
        windowSize: () => control.windowSize(),
        terminal: hasTerminal ? control : null,
      },
      stackKilobytes: stackKilobytes === undefined ? kDefaultStackKilobytes : (stackKilobytes as number),
      umask: values['umask'] as number,
      end: (code) => {
        bridge.call('exit', { code });
      },
    };
  }
}

/** For the group of whoever asks. */
function groupSignal(signal: number): Uint8Array<ArrayBuffer> {
  return request(Request.kill).u32(0).u32(signal).take();
}

function libraryMount(library: ArrayBuffer): Mount {
  return { at: kStandardLibrary, files: new ArchiveFiles(library, kStandardLibrary) };
}

function reportWhen(done: Promise<unknown>, report: () => void): void {
  void done.then(report, () => undefined); // who waits for it hears of its failure
}

async function fetchAsset(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`cannot load ${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** A message to oneself lets everything that came before it through; timers would cost 4 ms each. */
function messageTurns(): EventLoopTurn {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const scope = globalThis as unknown as WorkerScope;
const session = new Session(scope);
scope.addEventListener('message', (event) => {
  session.receive(event.data);
});
