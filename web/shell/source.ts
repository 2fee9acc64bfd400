// SPDX-License-Identifier: Apache-2.0
// The text of a script and how far it has been read. Several readers take turns with one source: a word that holds
// $(…) has its commands read by a parser of their own.

import { ShellSyntaxError } from './syntax.ts';

/** Deeper nesting is no script that anybody wrote, and the stack has an end. */
const kDeepest = 200;

export class Source {
  readonly text: string;
  at = 0;
  line: number;
  #depth: number;

  constructor(text: string, line = 1, depth = 0) {
    this.text = text;
    this.line = line;
    this.#depth = depth;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Empty behind the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  next(): string {
    const character = this.text.charAt(this.at++);
    if (character === '\n') ++this.line;
    return character;
  }

  /** Reads this text if it comes next. */
  accept(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.skip(text.length);
    return true;
  }

  skip(count: number): void {
    for (let left = count; left > 0; --left) this.next();
  }

  /** What the expression, which must be sticky, matches here. */
  match(expression: RegExp): string {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text)?.[0] ?? '';
    this.skip(found.length);
    return found;
  }

  /** Reads up to `end`, which is read too. */
  until(end: string, complaint: string): string {
    const found = this.text.indexOf(end, this.at);
    if (found < 0) {
      this.skip(this.text.length - this.at);
      throw this.error(complaint);
    }
    const inside = this.text.slice(this.at, found);
    this.skip(found - this.at + end.length);
    return inside;
  }

  nested<T>(read: () => T): T {
    if (this.#depth >= kDeepest) throw this.error('Nested too deeply');
    ++this.#depth;
    const result = read();
    --this.#depth;
    return result;
  }

  /** A part of this script that is read by itself. */
  inner(text: string, line = this.line): Source {
    if (this.#depth >= kDeepest) throw this.error('Nested too deeply');
    return new Source(text, line, this.#depth + 1);
  }

  error(what: string): ShellSyntaxError {
    return new ShellSyntaxError(this.line, `Syntax error: ${what}`);
  }
}
