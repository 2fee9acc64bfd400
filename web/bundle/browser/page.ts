// SPDX-License-Identifier: Apache-2.0
// The page of a compiled program: compiles it, has a Worker run it, shows what it writes and passes on what is typed.
//
// Its state stands in the document's root element: data-state is loading, running, reading or ended, and then
// data-exit-code is there. ?arg=… gives the program an argument, ?env=NAME=VALUE a variable of its environment.

import { ConsoleView } from './console-view.ts';
import { EndFollower } from './end-follower.ts';
import { EntryLine } from './entry-line.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { compileEmbedded, compileFetched } from './program.ts';

const kExitInternal = 70;
const kExitInterrupted = 130;

type State = 'loading' | 'running' | 'reading' | 'ended';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** The script's own element says what it is the page of. */
interface Settings {
  readonly name: string;
  /** Where the Worker's script and the program are; absent when the page holds them itself. */
  readonly worker: string | undefined;
  readonly program: string | undefined;
}

function settings(): Settings {
  const { name = '', worker, program } = document.currentScript?.dataset ?? {};
  return { name, worker, program };
}

function newWorker(url: string | undefined): Worker {
  if (url !== undefined) return new Worker(url);
  const source = new Blob([element('worker').textContent], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(source));
}

/** Each NAME=VALUE of the page's address, after what every program finds. */
function environmentOf(query: URLSearchParams): Record<string, string> {
  const given = query.getAll('env').map((text) => {
    const end = text.indexOf('=');
    return [text.slice(0, end), text.slice(end + 1)] as const;
  });
  const named = given.filter(([name]) => name !== '');
  return { PWD: '/', TERM: 'xterm-256color', ...Object.fromEntries(named) };
}

class Page {
  readonly #root = document.documentElement;
  readonly #settings: Settings;
  readonly #worker: Worker;
  readonly #view: ConsoleView;
  readonly #entry: EntryLine;
  readonly #note = element('note');

  constructor(given: Settings) {
    this.#settings = given;
    this.#worker = newWorker(given.worker);
    this.#view = new ConsoleView(element('lines'), element('current'), (count) => {
      this.#post({ kind: 'drained', count });
    });
    this.#entry = new EntryLine(element('entry') as HTMLFormElement, {
      line: (text) => this.#give(text),
      end: () => this.#endInput(),
    });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener('error', ({ message }) => this.#fail(message || 'its Worker cannot start'));
    element('stop').addEventListener('click', () => this.#stop());
    document.addEventListener('keydown', (event) => this.#press(event));
    this.#setState('loading');
  }

  async start(): Promise<void> {
    const { name, program } = this.#settings;
    try {
      const module = await (program === undefined ? compileEmbedded() : compileFetched(program));
      if (this.#state === 'ended') return;
      const query = new URLSearchParams(location.search);
      this.#setState('running');
      this.#post({
        kind: 'start',
        module,
        args: [name, ...query.getAll('arg')],
        env: environmentOf(query),
      });
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  get #state(): State {
    return this.#root.dataset['state'] as State;
  }

  #setState(state: State): void {
    this.#root.dataset['state'] = state;
    this.#entry.isShown = state === 'reading';
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'output':
        this.#view.write(message.stream, message.bytes);
        break;
      case 'reading':
        this.#view.markPrompt();
        this.#setState('reading');
        break;
      case 'input-missed':
        this.#say('This browser cannot wait for input (it has no JSPI): the program finds none.');
        break;
      case 'ended':
        this.#end(message.code, message.code === 0 ? '' : `exit code ${message.code}`);
        break;
      case 'failed':
        this.#fail(message.reason);
        break;
    }
  }

  #give(text: string): void {
    this.#view.echo(text);
    this.#setState('running');
    this.#post({ kind: 'input', bytes: new TextEncoder().encode(text) });
  }

  #endInput(): void {
    this.#setState('running');
    this.#post({ kind: 'input-ended' });
  }

  #press(event: KeyboardEvent): void {
    const isControlC = event.ctrlKey && !event.shiftKey && !event.altKey && event.key === 'c';
    if (!isControlC || this.#state === 'ended') return;
    if (getSelection()?.isCollapsed === false) return; // it is to be copied
    event.preventDefault();
    this.#stop();
  }

  #stop(): void {
    if (this.#state !== 'ended') this.#end(kExitInterrupted, 'stopped');
  }

  #fail(reason: string): void {
    if (this.#state !== 'ended') this.#end(kExitInternal, `cannot run the program: ${reason}`);
  }

  #end(code: number, why: string): void {
    this.#worker.terminate();
    this.#view.end();
    this.#root.dataset['exitCode'] = String(code);
    this.#setState('ended');
    if (why !== '') this.#say(why);
  }

  #say(text: string): void {
    const line = document.createElement('p');
    line.append(text);
    this.#note.append(line);
  }
}

/** Browsers let a page from a file load nothing beside it. */
function refuseFile(): void {
  const root = document.documentElement;
  root.dataset['exitCode'] = String(kExitInternal);
  root.dataset['state'] = 'ended' satisfies State;
  element('note').append(
    'This page has to come from a web server; compiled to one .html file it can be opened as it is.',
  );
}

const given = settings();
new EndFollower(element('output'));
if (given.program !== undefined && location.protocol === 'file:') refuseFile();
else void new Page(given).start();
