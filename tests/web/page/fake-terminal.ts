// SPDX-License-Identifier: Apache-2.0
// A small terminal that knows the escape sequences the line editor uses.

import { graphemes, widthOf } from '../../../web/page/text-layout.ts';

export class FakeTerminal {
  readonly columns: number;
  rows: string[][] = [[]];
  row = 0;
  column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    // eslint-disable-next-line no-control-regex -- control characters are what a terminal is about
    for (const part of text.match(/\x1b\[\d*[A-Za-z]|[^\x1b]+/g) ?? []) {
      if (part.startsWith('\x1b')) this.#escape(Number(part.slice(2, -1) || 1), part.at(-1));
      else graphemes(part).forEach((grapheme) => this.#put(grapheme));
    }
  }

  get screen(): string {
    const lines = Array.from(this.rows, (row) => Array.from(row ?? [], (cell) => cell ?? ' ').join(''));
    return lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  #put(grapheme: string): void {
    if (grapheme === '\r\n') {
      this.#newline();
      this.column = 0;
    } else if (grapheme === '\r') this.column = 0;
    else if (grapheme === '\n') this.#newline();
    else {
      const width = widthOf(grapheme);
      if (this.column + width > this.columns) {
        this.#newline();
        this.column = 0;
      }
      const row = this.#current();
      row[this.column] = grapheme;
      for (let extra = 1; extra < width; extra++) row[this.column + extra] = '';
      this.column += width;
    }
  }

  #newline(): void {
    this.row++;
    this.#current();
  }

  #current(): string[] {
    return (this.rows[this.row] ??= []);
  }

  #escape(count: number, command: string | undefined): void {
    if (command === 'A') this.row = Math.max(0, this.row - count);
    else if (command === 'B') this.row += count;
    else if (command === 'C') this.column += count;
    else if (command === 'H') this.row = this.column = 0;
    else if (command === 'J') {
      this.#current().length = Math.min(this.#current().length, this.column);
      this.rows.length = this.row + 1;
    } else throw new Error(`the terminal does not know ${String(command)}`);
  }
}
