// SPDX-License-Identifier: Apache-2.0
// Cuts a script into words and operators, one at a time, because what a word may be depends on what came before it.
// Here-documents are read where the line ends that asked for them.

import type { Source } from './source.ts';
import type { Word } from './syntax.ts';
import type { ReadCommands } from './word-reader.ts';
import { WordReader } from './word-reader.ts';

export type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly plain: string | null; readonly line: number }
  /** A number that stands right before a redirection. */
  | { readonly kind: 'descriptor'; readonly number: number; readonly line: number }
  | { readonly kind: 'operator'; readonly text: string; readonly line: number }
  | { readonly kind: 'end'; readonly line: number };

export interface HereDocument {
  readonly delimiter: string;
  readonly expands: boolean;
  readonly stripsTabs: boolean;
  readonly target: { word: Word };
}

/** The longest come first. */
const kOperators = [
  ...['<<-', '&>>', '&&', '||', ';;', '<<', '>>', '<&', '>&', '<>', '>|', '&>'],
  ...['\n', ';', '&', '|', '<', '>', '(', ')'],
];
const kBlanks = /(?:[ \t\r]|\\\n)+/y;
const kComment = /#[^\n]*/y;
const kDescriptor = /[0-9]{1,4}(?=[<>])/y;

export class Tokens {
  readonly source: Source;
  readonly #words: WordReader;
  readonly #readCommands: ReadCommands;
  #peeked: Token | null = null;
  #documents: HereDocument[] = [];

  constructor(source: Source, readCommands: ReadCommands) {
    this.source = source;
    this.#readCommands = readCommands;
    this.#words = new WordReader(source, readCommands);
  }

  peek(): Token {
    return (this.#peeked ??= this.#read());
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = null;
    return token;
  }

  /** Its text begins behind this line. */
  expectDocument(document: HereDocument): void {
    this.#documents.push(document);
  }

  #read(): Token {
    const { source } = this;
    source.match(kBlanks);
    if (source.peek() === '#') source.match(kComment);
    const { line } = source;
    if (source.done) {
      this.#readDocuments();
      return { kind: 'end', line };
    }
    const number = source.match(kDescriptor);
    if (number !== '') return { kind: 'descriptor', number: Number(number), line };
    for (const text of kOperators) {
      if (!source.accept(text)) continue;
      if (text === '\n') this.#readDocuments();
      return { kind: 'operator', text, line };
    }
    const word = this.#words.word();
    return { kind: 'word', word, plain: plainText(word), line };
  }

  #readDocuments(): void {
    const documents = this.#documents;
    this.#documents = [];
    for (const document of documents) {
      const { line } = this.source;
      const text = this.#documentText(document);
      document.target.word = document.expands
        ? new WordReader(this.source.inner(text, line), this.#readCommands).document()
        : { parts: [{ kind: 'text', text, quoted: true }] };
    }
  }

  /** Up to the delimiter, or to the end of the script. */
  #documentText({ delimiter, stripsTabs }: HereDocument): string {
    const { source } = this;
    let text = '';
    while (!source.done) {
      const end = source.text.indexOf('\n', source.at);
      const raw = source.text.slice(source.at, end < 0 ? undefined : end);
      source.skip(raw.length + 1);
      const line = stripsTabs ? raw.replace(/^\t+/, '') : raw;
      if (line === delimiter) break;
      text += end < 0 ? line : `${line}\n`;
    }
    return text;
  }
}

/** The text of a word without quotes and dollars: only such a one can be a reserved word. */
function plainText(word: Word): string | null {
  const [part] = word.parts;
  return part?.kind === 'text' && !part.quoted && word.parts.length === 1 ? part.text : null;
}
