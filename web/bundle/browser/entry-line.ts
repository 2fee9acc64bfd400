// SPDX-License-Identifier: Apache-2.0
// The line in which a reader types what the program reads: Enter gives it, Ctrl-D ends the input, as in a terminal.

export interface EntryEvents {
  readonly line: (text: string) => void;
  readonly end: () => void;
}

export class EntryLine {
  readonly #form: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #events: EntryEvents;
  /** Lines that were pasted, and for which the program has not asked yet. */
  #ahead: string[] = [];

  constructor(form: HTMLFormElement, events: EntryEvents) {
    const input = form.querySelector('input');
    if (input === null) throw new Error('the page has no field to type in');
    this.#form = form;
    this.#input = input;
    this.#events = events;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#give(`${input.value}\n`);
    });
    input.addEventListener('keydown', (event) => this.#press(event));
    input.addEventListener('paste', (event) => this.#paste(event));
    form.querySelector('button')?.addEventListener('click', () => this.#end());
  }

  set isShown(isShown: boolean) {
    this.#form.hidden = !isShown;
    if (!isShown) return;
    this.#input.focus();
    const next = this.#ahead.shift();
    if (next === undefined) return;
    if (next.endsWith('\n')) this.#give(next);
    else this.#input.value = next;
  }

  #give(text: string): void {
    this.#input.value = '';
    this.#events.line(text);
  }

  /** With something typed, that is given as it is; on an empty line it is the end. */
  #end(): void {
    if (this.#input.value === '') this.#events.end();
    else this.#give(this.#input.value);
  }

  #press(event: KeyboardEvent): void {
    if (!event.ctrlKey || event.key !== 'd') return;
    event.preventDefault();
    this.#end();
  }

  /** A field holds one line only: those before the last are given, one for each time the program asks. */
  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text').replace(/\r\n?/g, '\n') ?? '';
    if (!text.includes('\n')) return;
    event.preventDefault();
    const { selectionStart, selectionEnd, value } = this.#input;
    const whole = value.slice(0, selectionStart ?? 0) + text + value.slice(selectionEnd ?? value.length);
    const [first = '', ...later] = whole.split(/(?<=\n)/);
    this.#ahead.push(...later);
    this.#give(first);
  }
}
