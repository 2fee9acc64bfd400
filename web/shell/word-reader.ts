// SPDX-License-Identifier: Apache-2.0
// Reads words: quotes, backslashes and everything that begins with a dollar.

import type { Source } from './source.ts';
import type { ParameterOperator, Script, Word, WordPart } from './syntax.ts';
import { kEmptyWord } from './syntax.ts';

/** Reads the commands of $(…) up to the parenthesis, or of all of the source. */
export type ReadCommands = (source: Source, closing: ')' | null) => Script;

/** Where a run of parts stands: what ends it, and what is special in it. */
type Place = 'word' | 'double quotes' | 'braces' | 'quoted braces' | 'arithmetic' | 'document';

const kMeta = ' \t\n;&|<>()';
const kQuotedPlaces: ReadonlySet<Place> = new Set<Place>([
  'double quotes',
  'quoted braces',
  'arithmetic',
  'document',
]);
const kName = /[A-Za-z_][A-Za-z_0-9]*/y;
const kParameter = /[A-Za-z_][A-Za-z_0-9]*|[0-9]+|[@*#?$!-]/y;
const kOperator = /:?[-=?+]|##?|%%?/y;
const kSpecial = '@*#?$!-0123456789';

/** Collects parts; text that belongs together becomes one. */
class Parts {
  readonly list: WordPart[] = [];
  #text = '';
  #quoted = false;

  text(text: string, quoted: boolean): void {
    if (this.#text !== '' && this.#quoted !== quoted) this.#end();
    this.#quoted = quoted;
    this.#text += text;
  }

  add(part: WordPart): void {
    this.#end();
    this.list.push(part);
  }

  /** Quotes with nothing in them are a word all the same. */
  emptyQuotes(): void {
    this.add({ kind: 'text', text: '', quoted: true });
  }

  finish(): readonly WordPart[] {
    this.#end();
    return this.list;
  }

  #end(): void {
    if (this.#text !== '') this.list.push({ kind: 'text', text: this.#text, quoted: this.#quoted });
    this.#text = '';
  }
}

export class WordReader {
  readonly #source: Source;
  readonly #readCommands: ReadCommands;

  constructor(source: Source, readCommands: ReadCommands) {
    this.#source = source;
    this.#readCommands = readCommands;
  }

  /** Up to the next blank or operator. */
  word(): Word {
    return this.#run('word');
  }

  /** All of the source, as the text of a here-document. */
  document(): Word {
    return this.#run('document');
  }

  #run(place: Place): Word {
    return this.#source.nested(() => {
      const parts = new Parts();
      const quoted = kQuotedPlaces.has(place);
      let parentheses = 0;
      while (!this.#atEnd(place, parentheses)) {
        const character = this.#source.peek();
        if (place === 'arithmetic' && character === '(') ++parentheses;
        if (place === 'arithmetic' && character === ')') --parentheses;
        this.#one(parts, place, quoted);
      }
      return { parts: parts.finish() };
    });
  }

  #atEnd(place: Place, parentheses: number): boolean {
    const source = this.#source;
    const character = source.peek();
    switch (place) {
      case 'word':
        return source.done || kMeta.includes(character);
      case 'document':
        return source.done;
      case 'double quotes':
        if (source.done) throw source.error('Unterminated quoted string');
        return character === '"';
      case 'arithmetic':
        if (source.done) throw source.error("missing '))'");
        return parentheses === 0 && character === ')';
      default:
        if (source.done) throw source.error("Missing '}'");
        return character === '}';
    }
  }

  /** One character and what belongs to it. */
  #one(parts: Parts, place: Place, quoted: boolean): void {
    const source = this.#source;
    const character = source.next();
    if (character === '\\') this.#backslash(parts, place, quoted);
    else if (character === '$') this.#dollar(parts, quoted);
    else if (character === '`') parts.add(this.#backquotes(quoted));
    else if (character === "'" && !quoted) {
      const text = source.until("'", 'Unterminated quoted string');
      if (text === '') parts.emptyQuotes();
      else parts.text(text, true);
    } else if (character === '"' && place !== 'document' && place !== 'arithmetic') this.#doubleQuotes(parts);
    else parts.text(character, quoted);
  }

  #backslash(parts: Parts, place: Place, quoted: boolean): void {
    const source = this.#source;
    if (source.done) {
      parts.text('\\', true);
      return;
    }
    const next = source.next();
    if (next === '\n') return;
    const keeps = quoted && !'$`\\'.includes(next) && !(next === '"' && place !== 'document');
    parts.text(keeps && !(next === '}' && place === 'quoted braces') ? `\\${next}` : next, true);
  }

  #doubleQuotes(parts: Parts): void {
    const inside = this.#run('double quotes').parts;
    this.#source.next();
    if (inside.length === 0) parts.emptyQuotes();
    for (const part of inside) {
      if (part.kind === 'text') parts.text(part.text, true);
      else parts.add(part);
    }
  }

  #dollar(parts: Parts, quoted: boolean): void {
    const source = this.#source;
    if (source.accept('((')) {
      parts.add(this.#arithmetic(quoted));
    } else if (source.accept('(')) {
      parts.add({ kind: 'command', body: this.#readCommands(source, ')'), quoted });
    } else if (source.accept('{')) {
      parts.add(this.#braces(quoted));
    } else if (source.peek() !== '' && kSpecial.includes(source.peek())) {
      parts.add(plainParameter(source.next(), quoted));
    } else {
      const name = source.match(kName);
      if (name === '') parts.text('$', quoted);
      else parts.add(plainParameter(name, quoted));
    }
  }

  /** $(( … )), or after all a $( with a subshell in it. */
  #arithmetic(quoted: boolean): WordPart {
    const source = this.#source;
    const { at, line } = source;
    const expression = this.#run('arithmetic');
    if (source.accept('))')) return { kind: 'arithmetic', expression, quoted };
    source.at = at - 1;
    source.line = line;
    return { kind: 'command', body: this.#readCommands(source, ')'), quoted };
  }

  #braces(quoted: boolean): WordPart {
    const source = this.#source;
    if (source.peek() === '#' && !['}', '-', '=', '?', '+', '#', '%', ':'].includes(source.peek(1))) {
      source.next();
      const name = source.match(kParameter);
      const good = name !== '' && source.accept('}');
      return good ? { ...plainParameter(name, quoted), operator: 'length' } : this.#bad(quoted);
    }
    const name = source.match(kParameter);
    if (name === '') return this.#bad(quoted);
    if (source.accept('}')) return plainParameter(name, quoted);
    const operator = source.match(kOperator);
    if (operator === '') return this.#bad(quoted);
    const cuts = operator.startsWith('#') || operator.startsWith('%');
    const word = this.#run(quoted && !cuts ? 'quoted braces' : 'braces');
    source.next();
    return {
      kind: 'parameter',
      name,
      operator: operator.replace(':', '') as ParameterOperator,
      orEmpty: operator.startsWith(':'),
      word,
      quoted,
    };
  }

  /** Up to where it would end. */
  #bad(quoted: boolean): WordPart {
    this.#run(quoted ? 'quoted braces' : 'braces');
    this.#source.next();
    return { ...plainParameter('', quoted), operator: 'bad' };
  }

  /** The text between backquotes loses one level of backslashes, and is then a script of its own. */
  #backquotes(quoted: boolean): WordPart {
    const source = this.#source;
    const { line } = source;
    let text = '';
    while (source.peek() !== '`') {
      if (source.done) throw source.error('EOF in backquote substitution');
      const character = source.next();
      if (character !== '\\') text += character;
      else if ('$`\\'.includes(source.peek()) || (quoted && source.peek() === '"')) text += source.next();
      else text += character;
    }
    source.next();
    return { kind: 'command', body: this.#readCommands(source.inner(text, line), null), quoted };
  }
}

function plainParameter(name: string, quoted: boolean) {
  return { kind: 'parameter', name, operator: null, orEmpty: false, word: kEmptyWord, quoted } as const;
}
