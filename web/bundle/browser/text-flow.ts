// SPDX-License-Identifier: Apache-2.0
// What a program writes, as a terminal understands it: lines of text in styles. Escape sequences for colours, and those
// with which programs draw their one last line anew, have their meaning; all others are left out.

export type Source = 'stdout' | 'stderr' | 'prompt' | 'typed';

export interface Style {
  readonly source: Source;
  readonly isBold: boolean;
  readonly isFaint: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly isInverse: boolean;
  /** 0 to 15 of the terminal's own colours, or one in CSS's words. */
  readonly foreground: number | string | undefined;
  readonly background: number | string | undefined;
}

export interface Run {
  readonly text: string;
  readonly style: Style;
}

type Look = Omit<Style, 'source'>;

const kPlain: Look = {
  isBold: false,
  isFaint: false,
  isItalic: false,
  isUnderlined: false,
  isInverse: false,
  foreground: undefined,
  background: undefined,
};

const kChanges: Readonly<Record<number, Partial<Look>>> = {
  0: kPlain,
  1: { isBold: true },
  2: { isFaint: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isInverse: true },
  22: { isBold: false, isFaint: false },
  23: { isItalic: false },
  24: { isUnderlined: false },
  27: { isInverse: false },
  39: { foreground: undefined },
  49: { background: undefined },
};

/* eslint-disable no-control-regex -- control characters are what this is about */
const kToken =
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f\t]+/g;
const kUnfinished = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)$/;
/* eslint-enable no-control-regex */
const kLongestUnfinished = 4096;
/** Characters of a line that may still be drawn over. */
const kLongestLine = 1 << 14;
/** How far right a program may go where it has not written. */
const kMostColumns = 1000;

/** One of the 256 colours that terminals number: 16 of their own, a cube, greys. */
function indexedColour(index: number): number | string | undefined {
  if (index < 16) return index;
  if (index > 255) return undefined;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (digit: number): number => (digit === 0 ? 0 : 55 + digit * 40);
  const cube = index - 16;
  const [red, green, blue] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level);
  return `rgb(${red ?? 0} ${green ?? 0} ${blue ?? 0})`;
}

/** What follows 38 or 48: the colour, and how many numbers it took. */
function extendedColour(numbers: readonly number[]): { colour: number | string | undefined; used: number } {
  if (numbers[0] === 5) return { colour: indexedColour(numbers[1] ?? 0), used: 2 };
  if (numbers[0] !== 2) return { colour: undefined, used: 1 };
  const [red = 0, green = 0, blue = 0] = numbers.slice(1, 4).map((one) => Math.min(one, 255));
  return { colour: `rgb(${red} ${green} ${blue})`, used: 4 };
}

function changedLook(look: Look, parameters: string): Look {
  const numbers = parameters.split(/[;:]/).map(Number);
  let changed = look;
  for (let index = 0; index < numbers.length; ++index) {
    const number = numbers[index] ?? 0;
    if (number === 38 || number === 48) {
      const { colour, used } = extendedColour(numbers.slice(index + 1));
      changed = { ...changed, [number === 38 ? 'foreground' : 'background']: colour };
      index += used;
    } else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) {
      changed = { ...changed, foreground: number < 90 ? number - 30 : number - 82 };
    } else if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) {
      changed = { ...changed, background: number < 100 ? number - 40 : number - 92 };
    } else {
      changed = { ...changed, ...kChanges[number] };
    }
  }
  return changed;
}

/** The last line, which may still be drawn over. A column is a character. */
class Line {
  #runs: Run[] = [];
  #length = 0;
  #column = 0;

  get runs(): readonly Run[] {
    return this.#runs;
  }

  get length(): number {
    return this.#length;
  }

  write(text: string, style: Style): void {
    if (this.#column === this.#length) {
      this.#append(text, style);
      this.#column = this.#length;
      return;
    }
    const cells = this.#cells();
    const written = Array.from(text, (one) => ({ text: one, style }));
    while (cells.length < this.#column) cells.push({ text: ' ', style });
    cells.splice(this.#column, written.length, ...written);
    this.#column += written.length;
    this.#take(cells);
  }

  moveTo(column: number): void {
    this.#column = Math.min(Math.max(0, column), Math.max(this.#length, kMostColumns));
  }

  moveBy(count: number): void {
    this.moveTo(this.#column + count);
  }

  /** 0: what is right of the cursor, 1: what is left, 2: all. */
  erase(what: number): void {
    const cells = this.#cells();
    if (what === 1) {
      this.#take(cells.map((cell, index) => (index <= this.#column ? { ...cell, text: ' ' } : cell)));
    } else {
      this.#take(what === 2 ? [] : cells.slice(0, this.#column));
    }
  }

  restyle(change: (style: Style) => Style): void {
    this.#runs = this.#runs.map(({ text, style }) => ({ text, style: change(style) }));
  }

  #cells(): Run[] {
    return this.#runs.flatMap(({ text, style }) => Array.from(text, (one) => ({ text: one, style })));
  }

  #take(cells: readonly Run[]): void {
    this.#runs = [];
    this.#length = 0;
    for (const { text, style } of cells) this.#append(text, style);
  }

  #append(text: string, style: Style): void {
    const last = this.#runs.at(-1);
    if (last?.style === style) this.#runs[this.#runs.length - 1] = { text: last.text + text, style };
    else this.#runs.push({ text, style });
    this.#length += Array.from(text).length;
  }
}

export class TextFlow {
  #look: Look = kPlain;
  #styles = new Map<Source, Style>();
  #line = new Line();
  #finished: Run[] = [];
  #unfinished = '';
  #isCleared = false;

  /** The line that is not at its end. */
  get current(): readonly Run[] {
    return this.#line.runs;
  }

  /** The lines that have ended since the last time, each with its newline; and what was too long for one. */
  takeFinished(): readonly Run[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /** Whether the program has cleared its screen since the last time. */
  takeCleared(): boolean {
    const isCleared = this.#isCleared;
    this.#isCleared = false;
    return isCleared;
  }

  write(text: string, source: Source): void {
    let whole = this.#unfinished + text;
    this.#unfinished = kUnfinished.exec(whole)?.[0] ?? '';
    whole = whole.slice(0, whole.length - this.#unfinished.length);
    if (this.#unfinished.length > kLongestUnfinished) this.#unfinished = '';
    for (const [token, parameters, final] of whole.matchAll(kToken)) {
      if (final !== undefined) this.#control(final, parameters ?? '');
      else this.#put(token, source);
    }
  }

  /** What stands on the last line is what the program asks with, whichever stream it came by. */
  markPrompt(): void {
    this.#line.restyle((style) => (style.source === 'stderr' ? { ...style, source: 'prompt' } : style));
  }

  #put(token: string, source: Source): void {
    switch (token) {
      case '\n':
        this.#finished.push(...this.#line.runs, { text: '\n', style: this.#style(source) });
        this.#line = new Line();
        break;
      case '\r':
        this.#line.moveTo(0);
        break;
      case '\b':
        this.#line.moveBy(-1);
        break;
      default:
        if (token === '\t' || token >= ' ') {
          if (token !== '\x7f') this.#type(token, source);
        }
    }
  }

  #type(text: string, source: Source): void {
    this.#line.write(text, this.#style(source));
    if (this.#line.length <= kLongestLine) return;
    this.#finished.push(...this.#line.runs);
    this.#line = new Line();
  }

  #control(final: string, parameters: string): void {
    const number = Number(parameters.split(';')[0]) || 0;
    switch (final) {
      case 'm':
        this.#look = changedLook(this.#look, parameters);
        this.#styles.clear();
        break;
      case 'K':
        this.#line.erase(number);
        break;
      case 'G':
        this.#line.moveTo(Math.max(number, 1) - 1);
        break;
      case 'C':
        this.#line.moveBy(Math.max(number, 1));
        break;
      case 'D':
        this.#line.moveBy(-Math.max(number, 1));
        break;
      case 'J':
        if (number >= 2) this.#clear();
        break;
    }
  }

  #clear(): void {
    this.#finished = [];
    this.#line = new Line();
    this.#isCleared = true;
  }

  /** The same object while nothing changes, so that runs grow. */
  #style(source: Source): Style {
    const known = this.#styles.get(source);
    if (known !== undefined) return known;
    const style = { source, ...this.#look };
    this.#styles.set(source, style);
    return style;
  }
}
