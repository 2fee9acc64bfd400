// SPDX-License-Identifier: Apache-2.0
// The prompt page: Python in a worker, a terminal in front of it, and the few buttons around.

import type { FromWorker, KeyMode, StartStep, WorkerMode } from '../common/messages.ts';
import { findJspi } from '../common/jspi.ts';
import { findAssets, type PageAssets } from './assets.ts';
import { History, type Shelf } from './history.ts';
import { LineEditor } from './line-editor.ts';
import { PythonWorker } from './python-worker.ts';
import { kMarkPastes, TerminalView } from './terminal-view.ts';

const kHome = '/home/user';
const kBrowsers = 'Chromium 137, Firefox 153 or Safari 27';

interface Script {
  readonly name: string;
  readonly bytes: Uint8Array;
}

class PromptPage {
  readonly #page: Document;
  readonly #assets: PageAssets;
  readonly #status: HTMLElement;
  readonly #view: TerminalView;
  readonly #editor: LineEditor;
  readonly #history: History;
  readonly #encoder = new TextEncoder();
  #decoder = new TextDecoder();
  #python: PythonWorker | null;
  #ended = false;
  #keys: KeyMode = 'shown lines';
  #startedAt = performance.now();
  #waitingFor = new Set<StartStep>();

  constructor(page: Document, shelf: Shelf | null) {
    this.#page = page;
    this.#assets = findAssets(page);
    this.#history = new History(shelf);
    // The worker first: it loads while the terminal is made.
    this.#python = findJspi() ? this.#launch({ rows: 24, columns: 80 }, []) : null;
    this.#status = element(page, 'status');
    this.#view = new TerminalView(element(page, 'terminal'), matchMedia('(prefers-color-scheme: dark)'));
    const { terminal } = this.#view;
    this.#editor = new LineEditor(
      {
        write: (text) => terminal.write(text),
        submit: (line) => this.#python?.send({ kind: 'input', bytes: this.#encoder.encode(line) }),
        interrupt: () => this.#python?.send({ kind: 'interrupt' }),
        endOfInput: () => this.#python?.send({ kind: 'end-of-input' }),
        columns: () => terminal.cols,
      },
      this.#history,
    );
    if (!this.#python) {
      this.#fail(`this browser cannot suspend WebAssembly (JSPI); use ${kBrowsers}, or a newer one`);
      return;
    }
    this.#listen();
    this.#sendSize();
    this.#showStart();
    terminal.focus();
  }

  #launch(size: { rows: number; columns: number }, scripts: readonly Script[]): PythonWorker {
    this.#startedAt = performance.now();
    this.#waitingFor = new Set(['interpreter', 'standard library', 'starting']);
    this.#ended = false;
    this.#keys = 'shown lines';
    this.#decoder = new TextDecoder();
    const files = scripts.map(({ name, bytes }) => ({ path: `${kHome}/${name}`, bytes }));
    const mode: WorkerMode = {
      kind: 'prompt',
      args: ['-i', ...files.map(({ path }) => path)],
      ...size,
      history: this.#history.text,
      files,
    };
    return new PythonWorker(this.#assets, mode, (message) => {
      this.#receive(message);
    });
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'step-done':
        this.#waitingFor.delete(message.step);
        this.#showStart();
        break;
      case 'running':
        this.#show('Running');
        break;
      case 'output': {
        const text = this.#decoder.decode(message.bytes, { stream: true });
        this.#editor.noteOutput(text);
        this.#view.terminal.write(text);
        break;
      }
      case 'reading':
        if (this.#startedAt > 0) {
          const seconds = (performance.now() - this.#startedAt) / 1000;
          this.#startedAt = 0;
          this.#show(`Ready (started in ${seconds.toFixed(1)} s)`);
        } else {
          this.#show('Ready');
        }
        this.#page.body.dataset['state'] = 'ready';
        if (this.#keys !== 'single keys') this.#editor.startReading();
        break;
      case 'keys':
        this.#setKeys(message.mode);
        break;
      case 'history':
        this.#history.text = message.text;
        break;
      case 'exit':
        this.#end(`Python ended with exit code ${message.code}`);
        break;
      case 'failed':
        this.#fail(message.reason);
        break;
    }
  }

  #listen(): void {
    const { terminal } = this.#view;
    terminal.onData((data) => {
      if (!this.#ended) this.#type(data);
      else if (data === '\r') this.#restart([]);
    });
    terminal.onResize(() => {
      this.#sendSize();
      this.#editor.resized();
    });
    terminal.attachCustomKeyEventHandler((event) => this.#isForTerminal(event));
    this.#onClick('interrupt', () => this.#type('\x03'));
    this.#onClick('copy', () => void this.#copy());
    this.#onClick('clear', () => {
      terminal.clear();
      if (this.#editor.reading || this.#keys === 'single keys') this.#type('\x0c');
    });
    this.#onClick('restart', () => this.#restart([]));
    const file = element(this.#page, 'file') as HTMLInputElement;
    this.#onClick('open', () => file.click());
    file.addEventListener('change', () => {
      void this.#runFiles(file.files);
      file.value = '';
    });
    this.#listenToDrops();
  }

  #listenToDrops(): void {
    const { body } = this.#page;
    body.addEventListener('dragover', (event) => {
      event.preventDefault();
      body.dataset['dropping'] = '';
    });
    body.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) delete body.dataset['dropping'];
    });
    body.addEventListener('drop', (event) => {
      event.preventDefault();
      delete body.dataset['dropping'];
      void this.#runFiles(event.dataTransfer?.files ?? null);
    });
  }

  #setKeys(mode: KeyMode): void {
    this.#keys = mode;
    this.#editor.isHidden = mode === 'hidden lines';
    // What was typed ahead is whose turn it is; pastes come marked as such for the editor.
    if (mode === 'single keys') this.#sendKeys(this.#editor.takeAhead());
    else this.#view.terminal.write(kMarkPastes);
  }

  #sendKeys(data: string): void {
    if (data !== '') this.#python?.send({ kind: 'input', bytes: this.#encoder.encode(data) });
  }

  #type(data: string): void {
    if (this.#keys === 'single keys') {
      this.#sendKeys(data);
      return;
    }
    const wasReading = this.#editor.reading;
    this.#editor.feed(data);
    if (wasReading && !this.#editor.reading) {
      this.#show('Running');
      this.#page.body.dataset['state'] = 'running';
    }
  }

  /** Keys that the page or the browser keeps. */
  #isForTerminal(event: KeyboardEvent): boolean {
    if (event.key === 'Tab' && event.shiftKey) return false;
    const copies = event.ctrlKey && event.key.toLowerCase() === 'c' && this.#view.terminal.hasSelection();
    if (!copies) return true;
    // Ctrl+C copies a selection; without one it interrupts.
    if (event.type === 'keydown') {
      event.preventDefault();
      void this.#copy().then(() => {
        this.#view.terminal.clearSelection();
      });
    }
    return false;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#view.text);
      this.#show('Copied');
    } catch {
      this.#show('The browser did not allow copying');
    }
  }

  async #runFiles(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (!file) return;
    if (!file.name.endsWith('.py')) {
      this.#show(`${file.name} is not a Python file`);
      return;
    }
    this.#restart([{ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }]);
  }

  #restart(scripts: readonly Script[]): void {
    const { terminal } = this.#view;
    this.#python?.end();
    this.#editor.reset();
    terminal.reset();
    terminal.write(kMarkPastes);
    const [script] = scripts;
    if (script) terminal.write(`\x1b[2mRunning ${script.name}\x1b[0m\n`);
    this.#python = this.#launch({ rows: terminal.rows, columns: terminal.cols }, scripts);
    this.#showStart();
    terminal.focus();
  }

  #sendSize(): void {
    const { rows, cols } = this.#view.terminal;
    this.#python?.send({ kind: 'resize', rows, columns: cols });
  }

  #showStart(): void {
    const [step] = this.#waitingFor;
    if (step === 'starting') this.#show('Starting Python…');
    else if (step) this.#show(`Loading the ${step}…`);
  }

  #end(text: string): void {
    this.#ended = true;
    this.#editor.reset();
    this.#python?.end();
    this.#view.terminal.write(`\n\x1b[2m${text}. Press Enter to start it again.\x1b[0m\n`);
    this.#show(text);
    this.#page.body.dataset['state'] = 'ended';
  }

  #fail(reason: string): void {
    this.#end(`Python could not run: ${reason}`);
    this.#status.dataset['kind'] = 'error';
  }

  #show(text: string): void {
    this.#status.textContent = text;
    delete this.#status.dataset['kind'];
  }

  #onClick(id: string, act: () => void): void {
    element(this.#page, id).addEventListener('click', () => {
      act();
      this.#view.terminal.focus();
    });
  }
}

function element(page: Document, id: string): HTMLElement {
  const found = page.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/** Null where the browser keeps nothing for this page. */
function findShelf(): Shelf | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

new PromptPage(document, findShelf());
