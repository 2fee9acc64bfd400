// SPDX-License-Identifier: Apache-2.0
// Words become fields: what was expanded is split where IFS says, what was quoted stays together.

import { escapePattern } from './patterns.ts';

export interface Field {
  readonly text: string;
  /** The same as a pattern, in which what was quoted means itself. */
  readonly pattern: string;
}

/** How the part of a word that is added counts. */
export type Origin = 'quoted' | 'literal' | 'expanded';

export class FieldBuilder {
  readonly #fields: Field[] = [];
  readonly #whitespace: string;
  readonly #separators: string;
  #text = '';
  #pattern = '';
  #begun = false;
  /** What the last field ended with: after a blank, the first separator of another kind belongs to the same gap. */
  #gap: 'blank' | 'separator' = 'separator';

  /** Without an `ifs` all is one field. */
  constructor(ifs: string) {
    this.#whitespace = Array.from(ifs)
      .filter((character) => ' \t\n'.includes(character))
      .join('');
    this.#separators = Array.from(ifs)
      .filter((character) => !' \t\n'.includes(character))
      .join('');
  }

  add(text: string, origin: Origin): void {
    if (origin === 'quoted') this.#append(text, escapePattern(text));
    else if (origin === 'literal') this.#append(text, text);
    else this.#split(text);
  }

  /** The next text begins another field. */
  separate(): void {
    if (this.#begun) this.#end('separator');
  }

  /** Empty when nothing has been added, not even something empty. */
  finish(): Field[] {
    if (this.#begun) this.#end('separator');
    return this.#fields;
  }

  #append(text: string, pattern: string): void {
    this.#begun = true;
    this.#text += text;
    this.#pattern += pattern;
  }

  #split(text: string): void {
    if (this.#whitespace === '' && this.#separators === '') {
      if (text !== '') this.#append(text, text);
      return;
    }
    for (const character of text) {
      if (this.#whitespace.includes(character)) {
        if (this.#begun) this.#end('blank');
      } else if (!this.#separators.includes(character)) {
        this.#append(character, character);
      } else if (this.#begun || this.#gap === 'separator') {
        this.#end('separator');
      } else {
        this.#gap = 'separator';
      }
    }
  }

  #end(gap: 'blank' | 'separator'): void {
    this.#fields.push({ text: this.#text, pattern: this.#pattern });
    this.#text = '';
    this.#pattern = '';
    this.#begun = false;
    this.#gap = gap;
  }
}
