// SPDX-License-Identifier: Apache-2.0
// The commands that begin with a reserved word or a parenthesis.

import type { Parser } from './parser.ts';
import type { CaseItem, CompoundCommand, Script, Word } from './syntax.ts';

const kName = /^[A-Za-z_][A-Za-z_0-9]*$/;

export class CompoundParser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Null when it is a simple command that comes next. */
  parse(): CompoundCommand | null {
    const parser = this.#parser;
    if (parser.acceptOperator('(')) {
      const body = parser.list(')');
      parser.expectOperator(')');
      return { kind: 'subshell', body };
    }
    if (parser.acceptReserved('{')) {
      const body = parser.list('}');
      parser.expectReserved('}');
      return { kind: 'group', body };
    }
    if (parser.acceptReserved('if')) return this.#if();
    if (parser.acceptReserved('for')) return this.#for();
    if (parser.acceptReserved('while')) return this.#loop(false);
    if (parser.acceptReserved('until')) return this.#loop(true);
    return parser.acceptReserved('case') ? this.#case() : null;
  }

  #if(): CompoundCommand {
    const parser = this.#parser;
    const branches: { readonly condition: Script; readonly body: Script }[] = [];
    do {
      const condition = parser.list('then');
      parser.expectReserved('then');
      branches.push({ condition, body: parser.list('fi') });
    } while (parser.acceptReserved('elif'));
    const otherwise = parser.acceptReserved('else') ? parser.list('fi') : null;
    parser.expectReserved('fi');
    return { kind: 'if', branches, otherwise };
  }

  #for(): CompoundCommand {
    const parser = this.#parser;
    const token = parser.tokens.peek();
    if (token.kind !== 'word' || token.plain === null || !kName.test(token.plain))
      throw parser.tokens.source.error('Bad for loop variable');
    parser.tokens.next();
    parser.newlines();
    let words: Word[] | null = null;
    if (parser.acceptReserved('in')) {
      words = [];
      while (parser.tokens.peek().kind === 'word') words.push(parser.expectWord());
      if (!parser.acceptOperator(';') && !parser.acceptOperator('\n')) throw parser.unexpected();
    } else {
      parser.acceptOperator(';');
    }
    parser.newlines();
    return { kind: 'for', name: token.plain, words, body: this.#doBody() };
  }

  #loop(until: boolean): CompoundCommand {
    const condition = this.#parser.list('do');
    return { kind: 'loop', until, condition, body: this.#doBody() };
  }

  #doBody(): Script {
    this.#parser.expectReserved('do');
    const body = this.#parser.list('done');
    this.#parser.expectReserved('done');
    return body;
  }

  #case(): CompoundCommand {
    const parser = this.#parser;
    const subject = parser.expectWord();
    parser.newlines();
    parser.expectReserved('in');
    parser.newlines();
    const items: CaseItem[] = [];
    while (!parser.acceptReserved('esac')) {
      const item = this.#caseItem();
      items.push(item);
      parser.newlines();
      if (parser.acceptOperator(';;')) parser.newlines();
      else if (parser.acceptReserved('esac')) break;
      else throw parser.unexpected('";;"');
    }
    return { kind: 'case', subject, items };
  }

  #caseItem(): CaseItem {
    const parser = this.#parser;
    parser.acceptOperator('(');
    if (parser.tokens.peek().kind === 'end') throw parser.unexpected('")"');
    const patterns = [parser.expectWord()];
    while (parser.acceptOperator('|')) patterns.push(parser.expectWord());
    parser.expectOperator(')');
    parser.newlines();
    const token = parser.tokens.peek();
    const empty = (token.kind === 'operator' && token.text === ';;') || parser.reserved() === 'esac';
    return { patterns, body: empty ? { items: [] } : parser.list(';;') };
  }
}
