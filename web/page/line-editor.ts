// SPDX-License-Identifier: Apache-2.0
// The line discipline of the page's terminal: what a terminal driver and readline do elsewhere. Keys come in as a
// terminal sends them, lines go out to the program when it asks for one, and the terminal is told what to draw.
//
// A buffer may have several lines (a recalled block, Alt+Enter, a paste). They are handed over one at a time, each
// when the program asks, so that its prompts stand where they belong.

import type { History } from './history.ts';
import { linesForPrompt } from './paste.ts';
import { advance, graphemes, withoutEscapes, type Spot } from './text-layout.ts';

export interface LineEditorHost {
  /** Draws on the terminal. */
  write(text: string): void;
  /** Hands a line to the program, with its newline. */
  submit(line: string): void;
  interrupt(): void;
  endOfInput(): void;
  columns(): number;
}

/** What Python prints before the further lines of a block. */
const kContinuation = '... ';
const kIndent = '    ';
const kPasteStart = '\x1b[200~';
const kPasteEnd = '\x1b[201~';

/** A key or text; what was not typed, but pasted or recalled, brings its own indentation. */
interface Ahead {
  readonly key: string;
  readonly typed: boolean;
}

type Command = (editor: LineEditor) => void;

/** Everything a key can do, by what the terminal sends for it. */
const kKeys: Readonly<Record<string, Command>> = {
  '\r': (editor) => editor.enter(),
  '\n': (editor) => editor.enter(),
  '\x1b\r': (editor) => editor.insert('\n'), // Alt+Enter
  '\t': (editor) => editor.insert(kIndent),
  '\x7f': (editor) => editor.erase(-1),
  '\b': (editor) => editor.erase(-1),
  '\x1b[3~': (editor) => editor.erase(1),
  '\x04': (editor) => editor.eraseOrEnd(),
  '\x1b[D': (editor) => editor.move(-1),
  '\x02': (editor) => editor.move(-1),
  '\x1b[C': (editor) => editor.move(1),
  '\x06': (editor) => editor.move(1),
  '\x1b[1;5D': (editor) => editor.moveWord(-1),
  '\x1bb': (editor) => editor.moveWord(-1),
  '\x1b[1;5C': (editor) => editor.moveWord(1),
  '\x1bf': (editor) => editor.moveWord(1),
  '\x1b[H': (editor) => editor.moveToLineEdge(-1),
  '\x01': (editor) => editor.moveToLineEdge(-1),
  '\x1b[F': (editor) => editor.moveToLineEdge(1),
  '\x05': (editor) => editor.moveToLineEdge(1),
  '\x1b[A': (editor) => editor.up(),
  '\x10': (editor) => editor.up(),
  '\x1b[B': (editor) => editor.down(),
  '\x0e': (editor) => editor.down(),
  '\x0b': (editor) => editor.cutToEnd(),
  '\x15': (editor) => editor.cutToStart(),
  '\x17': (editor) => editor.cutWord(),
  '\x19': (editor) => editor.yank(),
  '\x0c': (editor) => editor.clearScreen(),
};

// eslint-disable-next-line no-control-regex -- keys are control characters
const kOneKey = /^(?:\x1b\[[0-?]*[ -/]*[@-~]|\x1bO.|\x1b[^[O]|[\x00-\x1f\x7f-\x9f]|[^\x00-\x1f\x7f-\x9f]+)/;

export class LineEditor {
  readonly #host: LineEditorHost;
  readonly #history: History;
  /** The buffer, by graphemes, and the cursor in it. */
  #text: string[] = [];
  #cursor = 0;
  #cut: string[] = [];
  /** What the program wrote behind its last newline: the prompt. */
  #prompt = '';
  #reading = false;
  /** What came while nobody read, or has to wait for its turn. */
  #ahead: Ahead[] = [];
  #paste: string | null = null;
  /** Where the cursor stands, counted from the start of the buffer's first row. */
  #drawn: Spot = { row: 0, column: 0 };
  #lastLine = '';
  /** What is typed is not shown, and not remembered. */
  isHidden = false;

  constructor(host: LineEditorHost, history: History) {
    this.#host = host;
    this.#history = history;
  }

  get reading(): boolean {
    return this.#reading;
  }

  get text(): string {
    return this.#text.join('');
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** What was typed while nobody read, and is not for lines any more. */
  takeAhead(): string {
    this.#reading = false;
    return this.#ahead
      .splice(0)
      .map(({ key }) => key)
      .join('');
  }

  /** The program wrote something; only its last line matters here. */
  noteOutput(text: string): void {
    const newline = text.lastIndexOf('\n');
    this.#prompt = newline < 0 ? this.#prompt + text : text.slice(newline + 1);
    const carriage = this.#prompt.lastIndexOf('\r');
    if (carriage >= 0) this.#prompt = this.#prompt.slice(carriage + 1);
  }

  /** The program waits for a line. */
  startReading(): void {
    this.#reading = true;
    this.#text = [];
    this.#cursor = 0;
    this.#drawn = this.#origin();
    const indent = this.#ahead[0]?.typed === false ? '' : this.#indentOfBlock();
    if (indent) this.insert(indent);
    while (this.#reading) {
      const ahead = this.#ahead.shift();
      if (ahead === undefined) break;
      this.#handle(ahead.key);
    }
  }

  /** The program ended or was started anew. */
  reset(): void {
    this.#reading = false;
    this.#text = [];
    this.#cursor = 0;
    this.#ahead = [];
    this.#prompt = '';
    this.#lastLine = '';
    this.#paste = null;
  }

  /** What the terminal sends for keys and pastes. */
  feed(data: string): void {
    let rest = data;
    while (rest !== '') {
      if (this.#paste !== null) rest = this.#collectPaste(rest);
      else if (rest.startsWith(kPasteStart)) {
        this.#paste = '';
        rest = rest.slice(kPasteStart.length);
      } else {
        const key = kOneKey.exec(rest)?.[0] ?? rest.slice(0, 1);
        rest = rest.slice(key.length);
        this.#accept(key);
      }
    }
  }

  /** Several lines at once: the first joins what is typed, the last stays to be edited. */
  pasteText(pasted: string): void {
    const text = withoutControls(pasted);
    const lines = this.#isPythonPrompt() ? linesForPrompt(text) : text.split('\n');
    lines.forEach((line, index) => {
      if (line !== '') this.#accept(line, false);
      if (index < lines.length - 1) this.#accept('\r', false);
    });
  }

  enter(): void {
    const [first = '', ...others] = this.text.split('\n');
    // Only the first line is handed over now; the others are drawn again behind the program's own prompts.
    if (others.length > 0) {
      this.#replace(graphemes(first), first.length);
      const keys = others.flatMap((line) => [line, '\r']).map((key) => ({ key, typed: false }));
      this.#ahead = [...keys, ...this.#ahead];
    }
    this.#moveCursor(this.#text.length);
    this.#echo('\r\n');
    const isContinuation = this.#prompt === kContinuation;
    const line = isContinuation && first.trim() === '' ? '' : first;
    if (this.isHidden) this.#history.rewind();
    else if (isContinuation && line !== '') this.#history.extend(line);
    else if (!isContinuation) this.#history.add(line);
    this.#finish();
    this.#lastLine = line;
    this.#host.submit(`${line}\n`);
  }

  insert(text: string): void {
    const added = graphemes(text);
    const isAtEnd = this.#cursor === this.#text.length;
    this.#text = [...this.#text.slice(0, this.#cursor), ...added, ...this.#text.slice(this.#cursor)];
    this.#cursor += added.length;
    const end = advance(this.#drawn, text, this.#host.columns(), kContinuation.length);
    // Plain text at the end of the row needs no drawing anew.
    if (this.isHidden) return;
    if (isAtEnd && !text.includes('\n') && end.row === this.#drawn.row && end.column < this.#host.columns()) {
      this.#host.write(text);
      this.#drawn = end;
    } else {
      this.#draw();
    }
  }

  erase(direction: -1 | 1): void {
    const at = direction < 0 ? this.#cursor - 1 : this.#cursor;
    if (at < 0 || at >= this.#text.length) return;
    // In the indentation of a line one key goes back a whole level.
    const before = this.#text.slice(this.#lineStart(), this.#cursor);
    const isLevel =
      direction < 0 &&
      before.length % kIndent.length === 0 &&
      before.length > 0 &&
      before.every((c) => c === ' ');
    const count = isLevel ? kIndent.length : 1;
    this.#text.splice(direction < 0 ? this.#cursor - count : at, count);
    if (direction < 0) this.#cursor -= count;
    this.#draw();
  }

  eraseOrEnd(): void {
    if (this.#text.length > 0) {
      this.erase(1);
      return;
    }
    this.#echo('\r\n');
    this.#finish();
    this.#host.endOfInput();
  }

  move(by: number): void {
    this.#moveCursor(this.#cursor + by);
  }

  moveWord(direction: -1 | 1): void {
    this.#moveCursor(this.#wordEdge(direction));
  }

  moveToLineEdge(direction: -1 | 1): void {
    this.#moveCursor(direction < 0 ? this.#lineStart() : this.#lineEnd());
  }

  up(): void {
    const start = this.#lineStart();
    if (start > 0) {
      const column = this.#cursor - start;
      const previous = this.#text.lastIndexOf('\n', start - 2) + 1;
      this.#moveCursor(Math.min(previous + column, start - 1));
      return;
    }
    this.#show(this.#history.previous(this.text));
  }

  down(): void {
    const end = this.#lineEnd();
    if (end < this.#text.length) {
      const column = this.#cursor - this.#lineStart();
      const next = this.#text.indexOf('\n', end + 1);
      this.#moveCursor(Math.min(end + 1 + column, next < 0 ? this.#text.length : next));
      return;
    }
    this.#show(this.#history.next());
  }

  cutToEnd(): void {
    this.#cut = this.#text.splice(this.#cursor, this.#lineEnd() - this.#cursor);
    this.#draw();
  }

  cutToStart(): void {
    this.#cutBack(this.#lineStart());
  }

  cutWord(): void {
    this.#cutBack(this.#wordEdge(-1));
  }

  yank(): void {
    this.insert(this.#cut.join(''));
  }

  clearScreen(): void {
    this.#host.write(`\x1b[2J\x1b[H${this.#prompt}`);
    this.#drawn = this.#origin();
    this.#draw();
  }

  /** The terminal has another width: rows may break elsewhere. */
  resized(): void {
    if (this.#reading) this.#drawn = this.#spotOf(this.#cursor);
  }

  #accept(key: string, typed = true): void {
    // Ctrl-C reaches a busy program too.
    if (key === '\x03') this.#interrupt();
    else if (this.#reading && this.#ahead.length === 0) this.#handle(key);
    else this.#ahead.push({ key, typed });
  }

  #handle(key: string): void {
    const command = kKeys[key.startsWith('\x1bO') ? `\x1b[${key.slice(2)}` : key];
    if (command) command(this);
    else if (/^\P{Cc}/u.test(key)) this.insert(key); // what is left are keys without a meaning here
  }

  #collectPaste(data: string): string {
    const end = data.indexOf(kPasteEnd);
    this.#paste = (this.#paste ?? '') + (end < 0 ? data : data.slice(0, end));
    if (end < 0) return '';
    const text = this.#paste;
    this.#paste = null;
    this.pasteText(text);
    return data.slice(end + kPasteEnd.length);
  }

  #interrupt(): void {
    if (this.#reading) this.#moveCursor(this.#text.length);
    this.#echo('^C');
    this.#ahead = [];
    this.#lastLine = '';
    this.#finish();
    this.#host.interrupt();
  }

  #echo(text: string): void {
    if (!this.isHidden) this.#host.write(text);
  }

  /** The line is the program's now. */
  #finish(): void {
    this.#reading = false;
    this.#text = [];
    this.#cursor = 0;
    this.#prompt = '';
  }

  #isPythonPrompt(): boolean {
    return this.#prompt === '' || this.#prompt === '>>> ' || this.#prompt === kContinuation;
  }

  /** Inside of a block a new line starts where the last one did, one level deeper behind a colon. */
  #indentOfBlock(): string {
    if (this.#prompt !== kContinuation || this.#lastLine.trim() === '') return '';
    const indent = /^ */.exec(this.#lastLine)?.[0] ?? '';
    return /:\s*(?:#.*)?$/.test(this.#lastLine) ? indent + kIndent : indent;
  }

  #show(entry: string | null): void {
    if (entry !== null) this.#replace(graphemes(entry), entry.length);
  }

  #replace(text: string[], cursor: number): void {
    this.#text = text;
    this.#cursor = Math.min(cursor, text.length);
    this.#draw();
  }

  #cutBack(from: number): void {
    this.#cut = this.#text.splice(from, this.#cursor - from);
    this.#cursor = from;
    this.#draw();
  }

  #lineStart(): number {
    return this.#cursor === 0 ? 0 : this.#text.lastIndexOf('\n', this.#cursor - 1) + 1;
  }

  #lineEnd(): number {
    const newline = this.#text.indexOf('\n', this.#cursor);
    return newline < 0 ? this.#text.length : newline;
  }

  #wordEdge(direction: -1 | 1): number {
    const isWord = (at: number) => /^[\p{L}\p{N}_]/u.test(this.#text[at] ?? '');
    const ahead = (at: number) => (direction < 0 ? at - 1 : at);
    const isInside = (at: number) => ahead(at) >= 0 && ahead(at) < this.#text.length;
    let at = this.#cursor;
    while (isInside(at) && !isWord(ahead(at))) at += direction;
    while (isInside(at) && isWord(ahead(at))) at += direction;
    return at;
  }

  #moveCursor(to: number): void {
    this.#cursor = Math.max(0, Math.min(to, this.#text.length));
    if (this.isHidden) return;
    const target = this.#spotOf(this.#cursor);
    this.#host.write(travel(this.#drawn, target));
    this.#drawn = target;
  }

  /** The column the buffer starts in, behind the prompt. */
  #origin(): Spot {
    const { column } = advance({ row: 0, column: 0 }, withoutEscapes(this.#prompt), this.#host.columns(), 0);
    return { row: 0, column };
  }

  #spotOf(index: number): Spot {
    const columns = this.#host.columns();
    const spot = advance(this.#origin(), this.#text.slice(0, index).join(''), columns, kContinuation.length);
    // A full row: the terminal keeps the cursor on its last column, we go on to the next row.
    return spot.column >= columns ? { row: spot.row + 1, column: 0 } : spot;
  }

  /** Draws the whole buffer anew and puts the cursor where it belongs. */
  #draw(): void {
    if (this.isHidden) return;
    const origin = this.#origin();
    const end = this.#spotOf(this.#text.length);
    const isFull = end.column === 0 && end.row > 0;
    const drawn = this.text.replaceAll('\n', `\r\n${kContinuation}`);
    const target = this.#spotOf(this.#cursor);
    this.#host.write(
      `${travel(this.#drawn, origin)}\x1b[J${drawn}${isFull ? '\r\n' : ''}${travel(end, target)}`,
    );
    this.#drawn = target;
  }
}

/** What is pasted is text, not keys: it must not interrupt the program or end its input. A tab indents, as the key does. */
function withoutControls(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', kIndent)
    .replace(/[^\P{Cc}\n]/gu, '');
}

/** The escape sequences that bring the cursor from one spot to another. */
function travel(from: Spot, to: Spot): string {
  const rows = to.row - from.row;
  const vertical = rows === 0 ? '' : rows < 0 ? `\x1b[${-rows}A` : `\x1b[${rows}B`;
  if (rows === 0 && to.column === from.column) return '';
  return `${vertical}\r${to.column > 0 ? `\x1b[${to.column}C` : ''}`;
}
