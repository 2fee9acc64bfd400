// SPDX-License-Identifier: Apache-2.0
// Shell patterns: * ? [a-z] [!a] [[:digit:]], where a backslash takes away what a character means. Matched without
// regular expressions, because those can take for ever.

type Element =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly has: (character: string) => boolean };

/** [:name:] as the inside of a set of regular expressions. */
export const kCharacterClasses: Readonly<Record<string, string>> = {
  alnum: '\\p{L}\\p{N}',
  alpha: '\\p{L}',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e\\u{a1}-\\u{10ffff}',
  lower: '\\p{Ll}',
  print: '\\x20-\\x7e\\u{a0}-\\u{10ffff}',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\s',
  upper: '\\p{Lu}',
  xdigit: '0-9A-Fa-f',
};

const kSpecial = /[\\*?[\]]/g;

/** A text as a pattern that matches it and nothing else. */
export function escapePattern(text: string): string {
  return text.replace(kSpecial, '\\$&');
}

export function hasWildcards(pattern: string): boolean {
  return compile(pattern).some((element) => element.kind !== 'character');
}

/** The text of a pattern without wildcards. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gsu, '$1');
}

export class Pattern {
  readonly #elements: readonly Element[];
  /** A leading dot has to be asked for. */
  readonly showsHidden: boolean;

  constructor(pattern: string) {
    this.#elements = compile(pattern);
    const [first] = this.#elements;
    this.showsHidden = first?.kind === 'character' && first.character === '.';
  }

  matches(text: string): boolean {
    return this.matchesCharacters(Array.from(text));
  }

  /** Goes back to the last star only: what an earlier one could take, that one can. */
  matchesCharacters(text: readonly string[]): boolean {
    const elements = this.#elements;
    let at = 0;
    let element = 0;
    let star = -1;
    let starAt = 0;
    while (at < text.length) {
      const next = elements[element];
      if (next?.kind === 'star') {
        star = element++;
        starAt = at;
      } else if (next && accepts(next, text[at] ?? '')) {
        ++element;
        ++at;
      } else if (star >= 0) {
        element = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    return elements.slice(element).every((rest) => rest.kind === 'star');
  }
}

/** `${x#pattern}` and its kin: what is left of the text. */
export function cutPattern(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const compiled = new Pattern(pattern);
  const characters = Array.from(text);
  const lengths = Array.from({ length: characters.length + 1 }, (_, index) => index);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const fromStart = operator.startsWith('#');
    const cut = fromStart ? characters.slice(0, length) : characters.slice(characters.length - length);
    if (!compiled.matchesCharacters(cut)) continue;
    return (fromStart ? characters.slice(length) : characters.slice(0, characters.length - length)).join('');
  }
  return text;
}

function accepts(element: Element, character: string): boolean {
  if (element.kind === 'character') return element.character === character;
  return element.kind === 'any' || (element.kind === 'set' && element.has(character));
}

function compile(pattern: string): Element[] {
  const characters = Array.from(pattern);
  const elements: Element[] = [];
  for (let at = 0; at < characters.length;) {
    const character = characters[at++] ?? '';
    if (character === '*') {
      if (elements.at(-1)?.kind !== 'star') elements.push({ kind: 'star' });
    } else if (character === '?') {
      elements.push({ kind: 'any' });
    } else if (character === '\\' && at < characters.length) {
      elements.push({ kind: 'character', character: characters[at++] ?? '' });
    } else {
      const set = character === '[' ? compileSet(characters, at) : null;
      elements.push(set ? { kind: 'set', has: set.has } : { kind: 'character', character });
      at = set?.end ?? at;
    }
  }
  return elements;
}

interface CompiledSet {
  readonly has: (character: string) => boolean;
  readonly end: number;
}

/** Null when the bracket is never closed, and so is only a bracket. */
function compileSet(characters: readonly string[], start: number): CompiledSet | null {
  let at = start;
  const negated = characters[at] === '!' || characters[at] === '^';
  if (negated) ++at;
  const first = at;
  const tests: ((character: string) => boolean)[] = [];
  while (at === first || characters[at] !== ']') {
    if (at >= characters.length) return null;
    const named = characterClass(characters, at);
    if (named) {
      tests.push(named.has);
      at = named.end;
      continue;
    }
    if (characters[at] === '\\') ++at;
    const low = characters[at++] ?? '';
    let high = low;
    if (characters[at] === '-' && at + 1 < characters.length && characters[at + 1] !== ']') {
      if (characters[++at] === '\\') ++at;
      high = characters[at++] ?? '';
    }
    tests.push((character) => codeOf(low) <= codeOf(character) && codeOf(character) <= codeOf(high));
  }
  return { has: (character) => tests.some((test) => test(character)) !== negated, end: at + 1 };
}

function characterClass(characters: readonly string[], at: number): CompiledSet | null {
  if (characters[at] !== '[' || characters[at + 1] !== ':') return null;
  const found = /^\[:([a-z]{1,8}):\]/.exec(characters.slice(at, at + 12).join(''));
  const inside = kCharacterClasses[found?.[1] ?? ''];
  if (!found || inside === undefined) return null;
  const expression = new RegExp(`^[${inside}]$`, 'u');
  return { has: (character) => expression.test(character), end: at + found[0].length };
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? -1;
}
