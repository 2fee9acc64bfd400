// SPDX-License-Identifier: Apache-2.0
// Recursive descent over the tokens, one complete line at a time: a shell has run the first line before it knows that
// the second one is wrong.

import { CompoundParser } from './parse-compound.ts';
import type { Source } from './source.ts';
import type { AndOr, Command, Pipeline, Redirection, RedirectionKind, Script, Word } from './syntax.ts';
import type { Assignment, ScriptItem, SimpleCommand } from './syntax.ts';
import type { Token } from './tokens.ts';
import { Tokens } from './tokens.ts';

const kRedirections: ReadonlySet<string> = new Set([
  ...['<', '>', '>>', '>|', '<>', '<&', '>&', '&>', '&>>', '<<', '<<-'],
]);
export const kReserved: ReadonlySet<string> = new Set([
  ...[
    'if',
    'then',
    'elif',
    'else',
    'fi',
    'for',
    'while',
    'until',
    'do',
    'done',
    'case',
    'esac',
    '{',
    '}',
    '!',
  ],
]);
const kAssignment = /^([A-Za-z_][A-Za-z_0-9]*)=/;
const kName = /^[A-Za-z_][A-Za-z_0-9]*$/;

export class Parser {
  readonly tokens: Tokens;
  /** The last command of a list was followed by what separates commands. */
  #separated = false;

  constructor(source: Source) {
    this.tokens = new Tokens(source, readCommands);
  }

  /** The next line that has commands, with all that they go on to; null at the end. */
  line(): Script | null {
    this.newlines();
    if (this.tokens.peek().kind === 'end') return null;
    const items: ScriptItem[] = [];
    do {
      items.push(this.#item());
    } while (this.#separated && this.#startsCommand());
    if (this.tokens.peek().kind !== 'end' && !this.acceptOperator('\n')) throw this.unexpected();
    return { items };
  }

  /** Commands up to a word or operator that cannot begin one. At least one command, unless all ends before `closing`. */
  list(closing?: string): Script {
    return this.tokens.source.nested(() => {
      const items: ScriptItem[] = [];
      let goesOn: boolean;
      this.newlines();
      if (closing !== undefined && this.tokens.peek().kind === 'end') throw this.unexpected(`"${closing}"`);
      do {
        items.push(this.#item());
        goesOn = this.newlines() || this.#separated;
      } while (goesOn && this.#startsCommand());
      return { items };
    });
  }

  /** Whether there were any. */
  newlines(): boolean {
    let any = false;
    while (this.acceptOperator('\n')) any = true;
    return any;
  }

  /** The reserved word that comes next, if that is what comes next. */
  reserved(): string | null {
    const token = this.tokens.peek();
    return token.kind === 'word' && token.plain !== null && kReserved.has(token.plain) ? token.plain : null;
  }

  acceptReserved(word: string): boolean {
    const token = this.tokens.peek();
    if (token.kind !== 'word' || token.plain !== word) return false;
    this.tokens.next();
    return true;
  }

  expectReserved(word: string): void {
    if (!this.acceptReserved(word)) throw this.unexpected(`"${word}"`);
  }

  acceptOperator(text: string): boolean {
    if (!this.#isOperator(text)) return false;
    this.tokens.next();
    return true;
  }

  expectOperator(text: string): void {
    if (!this.acceptOperator(text)) throw this.unexpected(`"${text}"`);
  }

  expectWord(): Word {
    const token = this.tokens.peek();
    if (token.kind !== 'word') throw this.unexpected('word');
    this.tokens.next();
    return token.word;
  }

  unexpected(expected?: string): Error {
    const wanted = expected === undefined ? '' : ` (expecting ${expected})`;
    return this.tokens.source.error(`${describe(this.tokens.peek())} unexpected${wanted}`);
  }

  redirections(): Redirection[] {
    const found: Redirection[] = [];
    while (this.#startsRedirection()) found.push(...this.#redirection());
    return found;
  }

  #isOperator(text: string): boolean {
    const token = this.tokens.peek();
    return token.kind === 'operator' && token.text === text;
  }

  #startsRedirection(): boolean {
    const token = this.tokens.peek();
    return token.kind === 'descriptor' || (token.kind === 'operator' && kRedirections.has(token.text));
  }

  #startsCommand(): boolean {
    const token = this.tokens.peek();
    if (token.kind === 'operator') return token.text === '(' || kRedirections.has(token.text);
    const reserved = this.reserved();
    if (reserved !== null) return ['if', 'for', 'while', 'until', 'case', '{', '!'].includes(reserved);
    return token.kind !== 'end';
  }

  #item(): ScriptItem {
    const command = this.#andOr();
    const background = this.acceptOperator('&');
    this.#separated = background || this.acceptOperator(';');
    return { command, background };
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: AndOr['rest'][number][] = [];
    for (;;) {
      const operator = this.acceptOperator('&&') ? '&&' : this.acceptOperator('||') ? '||' : null;
      if (!operator) return { first, rest };
      this.newlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    let negated = false;
    while (this.acceptReserved('!')) negated = !negated;
    const commands = [this.#command()];
    while (this.acceptOperator('|')) {
      this.newlines();
      commands.push(this.#command());
    }
    return { negated, commands };
  }

  #command(): Command {
    if (!this.#startsCommand()) throw this.unexpected();
    const { line } = this.tokens.peek();
    const compound = this.tokens.source.nested(() => new CompoundParser(this).parse());
    if (compound) return { kind: 'compound', command: compound, redirections: this.redirections(), line };
    return this.#simple(line);
  }

  #simple(line: number): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      if (this.#startsRedirection()) {
        redirections.push(...this.#redirection());
        continue;
      }
      const token = this.tokens.peek();
      if (token.kind !== 'word') break;
      this.tokens.next();
      const assignment = words.length === 0 ? assignmentOf(token.word) : null;
      if (assignment) assignments.push(assignment);
      else words.push(token.word);
      const alone = words.length === 1 && assignments.length === 0 && redirections.length === 0;
      if (alone && this.#isOperator('(')) return this.#function(token);
    }
    return { kind: 'simple', assignments, words, redirections, line } satisfies SimpleCommand;
  }

  #function(name: Token): Command {
    this.expectOperator('(');
    if (this.tokens.peek().kind === 'word') throw this.tokens.source.error('word unexpected (expecting ")")');
    this.expectOperator(')');
    if (name.kind !== 'word' || name.plain === null || !kName.test(name.plain))
      throw this.tokens.source.error('Bad function name');
    this.newlines();
    const body = this.tokens.source.nested(() => this.#command());
    return { kind: 'function', name: name.plain, body };
  }

  /** `&>` is two. */
  #redirection(): Redirection[] {
    const first = this.tokens.next();
    const operator = first.kind === 'descriptor' ? this.tokens.next() : first;
    if (operator.kind !== 'operator') throw this.unexpected();
    const { text } = operator;
    if (this.tokens.peek().kind !== 'word') throw this.unexpected();
    const target = { word: this.expectWord() };
    const descriptor = first.kind === 'descriptor' ? first.number : text.startsWith('<') ? 0 : 1;
    if (text === '<<' || text === '<<-') {
      this.tokens.expectDocument({ ...delimiterOf(target.word), stripsTabs: text === '<<-', target });
      return [{ kind: '<<', descriptor, target }];
    }
    if (!text.startsWith('&')) return [{ kind: text as RedirectionKind, descriptor, target }];
    const one: Word = { parts: [{ kind: 'text', text: '1', quoted: true }] };
    return [
      { kind: text === '&>' ? '>' : '>>', descriptor: 1, target },
      { kind: '>&', descriptor: 2, target: { word: one } },
    ];
  }
}

/** The commands of a substitution. */
function readCommands(source: Source, closing: ')' | null): Script {
  const parser = new Parser(source);
  parser.newlines();
  const token = parser.tokens.peek();
  const empty = closing === null ? token.kind === 'end' : token.kind === 'operator' && token.text === closing;
  const script: Script = empty ? { items: [] } : parser.list(closing ?? undefined);
  if (closing !== null) parser.expectOperator(closing);
  else if (parser.tokens.peek().kind !== 'end') throw parser.unexpected();
  return script;
}

function assignmentOf(word: Word): Assignment | null {
  const [first, ...rest] = word.parts;
  if (first?.kind !== 'text' || first.quoted) return null;
  const [all, name] = kAssignment.exec(first.text) ?? [];
  if (all === undefined || name === undefined) return null;
  const text = first.text.slice(all.length);
  return { name, value: { parts: text === '' ? rest : [{ ...first, text }, ...rest] } };
}

/** Any quote in the delimiter means that the text is taken as it is. */
function delimiterOf(word: Word): { readonly delimiter: string; readonly expands: boolean } {
  let delimiter = '';
  let expands = true;
  for (const part of word.parts) {
    if (part.kind === 'text') delimiter += part.text;
    else if (part.kind === 'parameter') delimiter += `$${part.name}`;
    if (part.quoted) expands = false;
  }
  return { delimiter, expands };
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'end of file';
  if (token.kind === 'descriptor') return 'redirection';
  if (token.kind === 'word')
    return token.plain !== null && kReserved.has(token.plain) ? `"${token.plain}"` : 'word';
  if (token.text === '\n') return 'newline';
  return kRedirections.has(token.text) ? 'redirection' : `"${token.text}"`;
}
