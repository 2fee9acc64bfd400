// SPDX-License-Identifier: Apache-2.0
// s///: what it makes of a text.

import type { ReplacementPart, Substitution } from './sed-script.ts';

/** Null when nothing matched. */
export function substitute(
  text: string,
  expression: RegExp,
  { replacement, all, nth }: Substitution,
): string | null {
  let result = '';
  let at = 0;
  let count = 0;
  let end = -1;
  expression.lastIndex = 0;
  for (const found of text.matchAll(expression)) {
    // Right behind a match there is no empty one.
    if (found[0] === '' && found.index === end) continue;
    end = found.index + found[0].length;
    if (++count < nth) continue;
    result += text.slice(at, found.index) + replaced(found, replacement);
    at = found.index + found[0].length;
    if (!all) break;
  }
  return count < nth ? null : result + text.slice(at);
}

type Fold = 'upper' | 'lower' | 'none';

function replaced(found: RegExpExecArray, parts: readonly ReplacementPart[]): string {
  let result = '';
  let fold: Fold = 'none';
  let one: Fold = 'none';
  for (const part of parts) {
    if (typeof part === 'object') {
      if (part.fold === 'upperOne') one = 'upper';
      else if (part.fold === 'lowerOne') one = 'lower';
      else fold = part.fold === 'end' ? 'none' : part.fold;
      continue;
    }
    const text = folded(typeof part === 'number' ? (found[part] ?? '') : part, fold);
    const [first = ''] = text;
    result += folded(first, one) + text.slice(first.length);
    if (text !== '') one = 'none';
  }
  return result;
}

function folded(text: string, fold: Fold): string {
  return fold === 'none' ? text : fold === 'upper' ? text.toUpperCase() : text.toLowerCase();
}
