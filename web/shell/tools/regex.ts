// SPDX-License-Identifier: Apache-2.0
// POSIX's regular expressions, basic and extended, as those of JavaScript. Of several alternatives that match the
// first is taken, not the longest.

import { kCharacterClasses } from '../patterns.ts';
import { ToolError } from './tool.ts';

export type Syntax = 'basic' | 'extended' | 'fixed';

export interface RegexOptions {
  readonly ignoreCase?: boolean;
  readonly global?: boolean;
  /** The whole line, or whole words. */
  readonly within?: 'line' | 'word';
}

export function compileRegex(pattern: string, syntax: Syntax, options: RegexOptions = {}): RegExp {
  const source = syntax === 'fixed' ? escapeRegex(pattern) : new Translation(pattern, syntax).source();
  const { within } = options;
  const whole =
    within === 'line'
      ? `^(?:${source})$`
      : within === 'word'
        ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`
        : source;
  try {
    return new RegExp(whole, `us${options.ignoreCase ? 'i' : ''}${options.global ? 'g' : ''}`);
  } catch {
    throw new ToolError(`invalid regular expression: ${pattern}`);
  }
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** What GNU has behind a backslash, in both syntaxes. */
const kEscapes: Readonly<Record<string, string>> = {
  w: '[\\p{L}\\p{N}_]',
  W: '[^\\p{L}\\p{N}_]',
  s: '\\s',
  S: '\\S',
  b: '\\b',
  B: '\\B',
  '<': '\\b(?=[\\p{L}\\p{N}_])',
  '>': '\\b(?<=[\\p{L}\\p{N}_])',
  n: '\\n',
  t: '\\t',
  '`': '^',
  "'": '$',
};

/** Operators that are plain in extended syntax and need a backslash in the basic one. */
const kOperators = '(){}|+?';

class Translation {
  readonly #characters: readonly string[];
  readonly #extended: boolean;
  #at = 0;
  #source = '';
  /** Something stands here that can be repeated. */
  #repeatable = false;
  #groups = 0;

  constructor(pattern: string, syntax: Syntax) {
    this.#characters = Array.from(pattern);
    this.#extended = syntax === 'extended';
  }

  source(): string {
    while (this.#at < this.#characters.length) this.#one();
    if (this.#groups > 0) throw new ToolError('Unmatched ( or \\(');
    return this.#source;
  }

  #one(): void {
    const character = this.#characters[this.#at++] ?? '';
    if (character === '[') this.#set();
    else if (character === '.') this.#add('.', true);
    else if (character === '*') this.#repeat('*');
    else if (character === '^') this.#anchor('^', this.#extended || this.#atStart());
    else if (character === '$') this.#anchor('$', this.#extended || this.#atEnd());
    else if (character === '\\') this.#backslash();
    else if (this.#extended && kOperators.includes(character)) this.#operator(character);
    else this.#add(escapeRegex(character), true);
  }

  #add(source: string, repeatable: boolean): void {
    this.#source += source;
    this.#repeatable = repeatable;
  }

  #repeat(operator: string): void {
    // A star at the beginning is a star, and one behind another one changes nothing.
    if (this.#repeatable) this.#add(operator, false);
    else if (!/[*+?}]$/.test(this.#source)) this.#add(escapeRegex(operator), true);
  }

  #anchor(sign: string, active: boolean): void {
    this.#add(active ? sign : `\\${sign}`, !active);
  }

  #atStart(): boolean {
    return this.#source === '' || this.#source.endsWith('(') || this.#source.endsWith('|');
  }

  #atEnd(): boolean {
    const [next, after] = this.#characters.slice(this.#at);
    return next === undefined || (next === '\\' && (after === ')' || after === '|'));
  }

  #backslash(): void {
    const next = this.#characters[this.#at++];
    if (next === undefined) throw new ToolError('Trailing backslash');
    if (!this.#extended && kOperators.includes(next)) this.#operator(next);
    else if (/[1-9]/.test(next)) this.#add(`(?:\\${next})`, true);
    else this.#add(kEscapes[next] ?? escapeRegex(next), true);
  }

  #operator(operator: string): void {
    if (operator === '(') {
      ++this.#groups;
      this.#add('(', false);
    } else if (operator === ')' && this.#groups > 0) {
      --this.#groups;
      this.#add(')', true);
    } else if (operator === ')' && !this.#extended) {
      throw new ToolError('Unmatched ) or \\)');
    } else if (operator === '|') this.#add('|', false);
    else if (operator === '{') this.#interval();
    else if (operator === '+' || operator === '?') this.#repeat(operator);
    else this.#add(escapeRegex(operator), true);
  }

  #interval(): void {
    const rest = this.#characters.slice(this.#at).join('');
    const found = (this.#extended ? /^(\d*)(,?)(\d*)\}/ : /^(\d*)(,?)(\d*)\\\}/).exec(rest);
    if (!found || found[0].length < 2 || !this.#repeatable) {
      if (!this.#extended) throw new ToolError('Invalid content of \\{\\}');
      this.#add('\\{', true);
      return;
    }
    const [all, low = '', comma = '', high = ''] = found;
    this.#at += all.length;
    this.#add(`{${low === '' ? '0' : low}${comma}${high}}`, false);
  }

  #set(): void {
    let inside = '';
    const negated = this.#characters[this.#at] === '^';
    if (negated) ++this.#at;
    const first = this.#at;
    while (this.#at === first || this.#characters[this.#at] !== ']') {
      if (this.#at >= this.#characters.length) throw new ToolError('Unmatched [, [^, [:, [., or [=');
      inside += this.#setElement();
    }
    ++this.#at;
    this.#add(`[${negated ? '^' : ''}${inside}]`, true);
  }

  #setElement(): string {
    const rest = this.#characters.slice(this.#at, this.#at + 12).join('');
    const named = /^\[:([a-z]{1,8}):\]/.exec(rest);
    if (named) {
      this.#at += named[0].length;
      const inside = kCharacterClasses[named[1] ?? ''];
      if (inside === undefined) throw new ToolError('Invalid character class name');
      return inside;
    }
    const character = this.#characters[this.#at++] ?? '';
    const next = this.#characters[this.#at + 1];
    const ranges =
      character === '-' || this.#characters[this.#at] !== '-' || next === ']' || next === undefined;
    if (ranges) return character === '-' ? '\\-' : escapeRegex(character);
    this.#at += 2;
    return `${escapeRegex(character)}-${escapeRegex(next === '-' ? '\\-' : next)}`.replace('\\\\\\-', '\\-');
  }
}
