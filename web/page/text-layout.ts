// SPDX-License-Identifier: Apache-2.0
// How text lies in a terminal: graphemes, their widths in columns, and where a line of them ends after wrapping.

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const kWide =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60\u3000-\u303e]/u;
const kNoWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;

/** Columns one grapheme takes. */
export function widthOf(grapheme: string): number {
  if (grapheme >= ' ' && grapheme < '\x7f') return 1;
  if (kNoWidth.test(grapheme)) return 0;
  return kWide.test(grapheme) ? 2 : 1;
}

/** Text without the escape sequences that colour it. */
export function withoutEscapes(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g, '');
}

export interface Spot {
  readonly row: number;
  readonly column: number;
}

/** Where the cursor stands after `text` when it starts at `from`; a newline starts at column `indent`. */
export function advance(from: Spot, text: string, columns: number, indent: number): Spot {
  let { row, column } = from;
  for (const grapheme of graphemes(text)) {
    if (grapheme === '\n') {
      row++;
      column = indent;
      continue;
    }
    const width = widthOf(grapheme);
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
  }
  return { row, column };
}
