// SPDX-License-Identifier: Apache-2.0
// The entry of the browser's worker: fetches the interpreter, and runs one program for the page or for the machine
// behind the bridge.

import { ArchiveFiles } from '../common/archive-files.ts';
import { start, type BootOptions } from '../common/boot.ts';
import type { ModuleFactory } from '../common/emscripten.ts';
import type { Mount } from '../common/host-file-system.ts';
import { findJspi, kDefaultStackKilobytes } from '../common/jspi.ts';
import type { AssetUrls, FromWorker, StartStep, ToWorker, WorkerMode } from '../common/messages.ts';
import { kLonelySignals, SIGINT, Signals } from '../common/signals.ts';
import type { StandardStreams } from '../common/standard-streams.ts';
import type { EventLoopTurn } from '../common/threads.ts';
import { Bridge } from './bridge.ts';
import { BridgeFiles } from './bridge-files.ts';
import type { JsonObject } from './bridge-message.ts';
import { BridgeInput, BridgeOutput, followSignals } from './bridge-streams.ts';
import { PageInput, PageOutput, PageWindow } from './page-streams.ts';

/** The part of a worker's global scope that is used here; the page's types do not fit. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

const kPythonHome = '/usr/local';
const kStandardLibrary = `${kPythonHome}/lib/python3.13`;
const kProgram = `${kPythonHome}/bin/python3.13`;
const kHome = '/home/user';
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
  /** Tells how it ended; nothing runs afterwards. */
  end(code: number): void;
}

class Session {
  readonly #scope: WorkerScope;
  readonly #signals = new Signals();
  #input: PageInput | null = null;
  #window: PageWindow | null = null;

  constructor(scope: WorkerScope) {
    this.#scope = scope;
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'start':
        this.#run(message.assets, message.mode).catch((error: unknown) => {
          this.#scope.postMessage({ kind: 'failed', reason: describe(error) });
        });
        break;
      case 'input':
        this.#input?.push(message.bytes);
        break;
      case 'end-of-input':
        this.#input?.end();
        break;
      case 'interrupt':
        this.#input?.flush();
        this.#signals.deliver(SIGINT);
        break;
      case 'resize':
        if (this.#window) this.#window.size = message;
        break;
    }
  }

  async #run(assets: AssetUrls, mode: WorkerMode): Promise<void> {
    if (!findJspi()) throw new Error('this browser cannot suspend WebAssembly (JSPI); use a newer one');
    const done = (step: StartStep) => {
      this.#scope.postMessage({ kind: 'step-done', step });
    };
    // All three are fetched at once; compiling goes on while the rest arrives.
    const module = WebAssembly.compileStreaming(fetchAsset(assets.wasm));
    const glue = import(assets.glue) as Promise<{ default: ModuleFactory }>;
    const library = fetchAsset(assets.standardLibrary).then((response) => response.arrayBuffer());
    void module.then(
      () => {
        done('interpreter');
      },
      () => undefined,
    );
    void library.then(
      () => {
        done('standard library');
      },
      () => undefined,
    );
    const program = mode.kind === 'bridge' ? this.#programOfBridge(mode) : this.#programOfPage(mode);
    const options: BootOptions = {
      factory: (await glue).default,
      module,
      args: [kProgram, ...program.args],
      env: program.env,
      mounts: [
        { at: kStandardLibrary, files: new ArchiveFiles(await library, kStandardLibrary) },
        ...program.mounts,
      ],
      workingDirectory: program.workingDirectory,
      directories: [kHome, '/tmp'],
      files: program.files,
      streams: program.streams,
      signals: this.#signals,
      signalHost: kLonelySignals,
      turn: messageTurns(),
      stackSize: program.stackKilobytes * 1024,
      umask: program.umask,
      onReady: () => {
        done('starting');
        this.#scope.postMessage({ kind: 'running' });
      },
    };
    program.end(await start(options));
  }

  #programOfPage(mode: WorkerMode & { kind: 'prompt' }): Program {
    const post = (message: FromWorker) => {
      this.#scope.postMessage(message);
    };
    const input = (this.#input = new PageInput(post));
    const window = (this.#window = new PageWindow(mode));
    return {
      args: mode.args,
      env: {
        PYTHONHOME: kPythonHome,
        PYTHON_BASIC_REPL: '1',
        HOME: kHome,
        USER: 'user',
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
      },
      mounts: [],
      workingDirectory: kHome,
      files: mode.files,
      streams: {
        input,
        output: new PageOutput('stdout', post),
        error: new PageOutput('stderr', post),
        windowSize: () => window.size,
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
    followSignals(bridge, this.#signals).catch(() => undefined); // the server went away: so will this page
    return {
      args: values['arguments'] as string[],
      env: { ...(values['environment'] as Record<string, string>), PYTHONHOME: kPythonHome },
      mounts: [...new Set(values['roots'] as string[])].map((at) => ({ at, files })),
      workingDirectory,
      files: [],
      streams: {
        input: new BridgeInput(bridge, terminal['input'] as boolean),
        output: new BridgeOutput(bridge, 'stdout', terminal['output'] as boolean),
        error: new BridgeOutput(bridge, 'stderr', terminal['error'] as boolean),
        windowSize: () => ({ rows: terminal['rows'] as number, columns: terminal['columns'] as number }),
      },
      stackKilobytes: stackKilobytes === undefined ? kDefaultStackKilobytes : (stackKilobytes as number),
      umask: values['umask'] as number,
      end: (code) => {
        bridge.call('exit', { code });
      },
    };
  }
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
