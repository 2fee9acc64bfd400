// SPDX-License-Identifier: Apache-2.0
// What was typed before: walked through with the arrow keys, kept between visits.

const kMostEntries = 1000;

/** Where the history is kept; localStorage fits. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const kShelfKey = 'taipan.history';

export class History {
  readonly #shelf: Shelf | null;
  #entries: string[];
  /** Entry shown; the number of entries means the line being typed. */
  #at: number;
  /** The line being typed while older ones are shown. */
  #draft = '';

  constructor(shelf: Shelf | null) {
    this.#shelf = shelf;
    this.#entries = readShelf(shelf);
    this.#at = this.#entries.length;
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  /** As the prompt's file has them: lines, and all but the last of an entry end with a carriage return. */
  get text(): string {
    return this.#entries.map((entry) => `${entry.replaceAll('\n', '\r\n')}\n`).join('');
  }

  set text(text: string) {
    const entries = text
      .replaceAll('\r\n', '\r')
      .split('\n')
      .map((entry) => entry.replaceAll('\r', '\n'));
    this.#entries = entries.filter((entry) => entry.trim() !== '').slice(-kMostEntries);
    this.rewind();
  }

  /** Adds an entry, unless it says nothing or repeats the last one. */
  add(entry: string): void {
    if (entry.trim() !== '' && entry !== this.#entries.at(-1)) this.#entries.push(entry);
    this.#entries = this.#entries.slice(-kMostEntries);
    this.rewind();
  }

  /** Makes the last entry longer: the next line of the same block. */
  extend(line: string): void {
    const last = this.#entries.pop();
    this.#entries.push(last === undefined ? line : `${last}\n${line}`);
    this.rewind();
  }

  /** The entry before the one shown, or null at the oldest. */
  previous(current: string): string | null {
    if (this.#at === 0) return null;
    if (this.#at === this.#entries.length) this.#draft = current;
    this.#at--;
    return this.#entries[this.#at] ?? null;
  }

  /** The entry after the one shown, at last the draft; null behind it. */
  next(): string | null {
    if (this.#at === this.#entries.length) return null;
    this.#at++;
    return this.#entries[this.#at] ?? this.#draft;
  }

  rewind(): void {
    this.#at = this.#entries.length;
    try {
      this.#shelf?.setItem(kShelfKey, JSON.stringify(this.#entries));
    } catch {
      // Full or forbidden: then it lasts as long as the page.
    }
  }
}

function readShelf(shelf: Shelf | null): string[] {
  try {
    const stored: unknown = JSON.parse(shelf?.getItem(kShelfKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return []; // someone else's value
  }
}
