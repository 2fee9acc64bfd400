// SPDX-License-Identifier: Apache-2.0
// What words stand for: parameters, substitutions, arithmetic, `~`, fields and names of files, in POSIX's order.

import { evaluateArithmetic } from './arithmetic.ts';
import type { Field, Origin } from './fields.ts';
import { FieldBuilder } from './fields.ts';
import { expandGlob } from './globbing.ts';
import { ShellError } from './leaving.ts';
import { parameterValue, valueOf } from './parameters.ts';
import { cutPattern, hasWildcards } from './patterns.ts';
import type { Shell } from './shell-state.ts';
import type { ParameterPart, Script, Word, WordPart } from './syntax.ts';

/** Runs commands and resolves to what they print. */
export type Substitute = (shell: Shell, body: Script) => Promise<string>;

const kTilde = /^~(?=\/|$)/;

export class Expansion {
  readonly #shell: Shell;
  readonly #substitute: Substitute;

  constructor(shell: Shell, substitute: Substitute) {
    this.#shell = shell;
    this.#substitute = substitute;
  }

  /** As the arguments of a command. */
  async words(words: readonly Word[]): Promise<string[]> {
    const result: string[] = [];
    for (const word of words) {
      const builder = new FieldBuilder(this.#separators());
      await this.#word(word, builder);
      for (const field of builder.finish()) result.push(...this.#names(field));
    }
    return result;
  }

  /** As the value of a variable, where nothing is split. */
  async text(word: Word, assigned = false): Promise<string> {
    return (await this.#single(word, assigned)).text;
  }

  async pattern(word: Word): Promise<string> {
    return (await this.#single(word, false)).pattern;
  }

  async #single(word: Word, assigned: boolean): Promise<Field> {
    const builder = new FieldBuilder('');
    await this.#word(word, builder, true, assigned);
    const fields = builder.finish();
    return fields[0] ?? { text: '', pattern: '' };
  }

  /** IFS, which need not be set. */
  #separators(): string {
    return this.#shell.variables.get('IFS') ?? ' \t\n';
  }

  #names({ text, pattern }: Field): string[] {
    if (this.#shell.options.noglob || !hasWildcards(pattern)) return [text];
    const names = expandGlob(this.#shell.host.files, this.#shell.cwd, pattern);
    return names.length > 0 ? names : [text];
  }

  async #word(word: Word, builder: FieldBuilder, joined = false, assigned = false): Promise<void> {
    for (const [index, part] of word.parts.entries()) {
      if (part.kind === 'text' && !part.quoted) {
        const last = index === word.parts.length - 1;
        this.#literal(part.text, builder, index === 0, last, assigned);
      } else {
        await this.#part(part, builder, joined, 'literal');
      }
    }
  }

  /** Text as it was written, but for the `~` it may begin with; in assignments each piece between colons may. */
  #literal(text: string, builder: FieldBuilder, first: boolean, last: boolean, assigned: boolean): void {
    const pieces = assigned ? text.split(/(?<=:)/) : [text];
    pieces.forEach((piece, index) => {
      const home = this.#shell.variables.get('HOME');
      const begins = first || index > 0;
      const ends = last || piece.length > 1 || index < pieces.length - 1;
      const name = assigned && piece.endsWith(':') ? piece.slice(0, -1) : piece;
      if (home === null || !begins || !ends || !kTilde.test(name)) {
        builder.add(piece, 'literal');
        return;
      }
      builder.add(home, 'quoted');
      builder.add(piece.slice(1), 'literal');
    });
  }

  async #part(part: WordPart, builder: FieldBuilder, joined: boolean, unquoted: Origin): Promise<void> {
    const origin = part.quoted ? 'quoted' : part.kind === 'text' ? unquoted : 'expanded';
    switch (part.kind) {
      case 'text':
        builder.add(part.text, origin);
        return;
      case 'command':
        builder.add(await this.#substitute(this.#shell, part.body), origin);
        return;
      case 'arithmetic':
        builder.add(await this.#arithmetic(part.expression), origin);
        return;
      case 'parameter':
        await this.#parameter(part, builder, joined);
    }
  }

  async #arithmetic(expression: Word): Promise<string> {
    const { variables, options } = this.#shell;
    const text = await this.text(expression);
    return evaluateArithmetic(text, {
      get: (name) => {
        const value = variables.get(name);
        if (value === null && options.nounset) throw new ShellError(`${name}: parameter not set`);
        return value ?? '';
      },
      set: (name, value) => {
        variables.set(name, value);
      },
    }).toString();
  }

  async #parameter(part: ParameterPart, builder: FieldBuilder, joined: boolean): Promise<void> {
    const { operator } = part;
    const value = valueOf(this.#shell, part.name);
    const missing = value === null || (part.orEmpty && value === '');
    switch (operator) {
      case 'bad':
        throw new ShellError('Bad substitution');
      case '+':
        if (!missing) await this.#alternative(part, builder, joined);
        else if (part.quoted && part.name !== '@') builder.add('', 'quoted');
        return;
      case '-':
        if (missing) await this.#alternative(part, builder, joined);
        else this.#value(part, builder, joined);
        return;
      case '=':
        if (missing) this.#shell.variables.set(part.name, await this.text(part.word));
        this.#value(part, builder, joined);
        return;
      case '?':
        if (missing) throw new ShellError(`${part.name}: ${await this.#reason(part)}`);
        this.#value(part, builder, joined);
        return;
      case 'length':
        builder.add(
          String(Array.from(this.#known(part, value) ?? '').length),
          part.quoted ? 'quoted' : 'expanded',
        );
        return;
      case null:
        this.#known(part, value);
        this.#value(part, builder, joined);
        return;
      default: {
        const rest = cutPattern(this.#known(part, value) ?? '', await this.pattern(part.word), operator);
        builder.add(rest, part.quoted ? 'quoted' : 'expanded');
      }
    }
  }

  async #reason(part: ParameterPart): Promise<string> {
    const text = await this.text(part.word);
    return text !== '' ? text : part.orEmpty ? 'parameter not set or null' : 'parameter not set';
  }

  #known(part: ParameterPart, value: string | null): string | null {
    if (value === null && this.#shell.options.nounset && part.name !== '@' && part.name !== '*')
      throw new ShellError(`${part.name}: parameter not set`);
    return value;
  }

  /** The word behind `-` or `+`, whose text is split as if it had been expanded. */
  async #alternative(part: ParameterPart, builder: FieldBuilder, joined: boolean): Promise<void> {
    if (part.quoted) builder.add('', 'quoted');
    for (const [index, inner] of part.word.parts.entries()) {
      const home = this.#shell.variables.get('HOME');
      if (index === 0 && inner.kind === 'text' && !inner.quoted && home !== null && kTilde.test(inner.text)) {
        builder.add(home, 'quoted');
        builder.add(inner.text.slice(1), 'expanded');
        continue;
      }
      await this.#part(inner, builder, joined, 'expanded');
    }
  }

  /** $@ and $* are several values; all others are one. */
  #value(part: ParameterPart, builder: FieldBuilder, joined: boolean): void {
    const { positional } = this.#shell;
    const origin = part.quoted ? 'quoted' : 'expanded';
    if (part.name !== '@' && part.name !== '*') {
      const value = parameterValue(this.#shell, part.name);
      builder.add(value ?? '', origin);
    } else if (joined || (part.quoted && part.name === '*')) {
      builder.add(positional.join(this.#separators().charAt(0)), origin);
    } else {
      positional.forEach((value, index) => {
        if (index > 0) builder.separate();
        builder.add(value, origin);
      });
    }
  }
}
