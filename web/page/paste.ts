// SPDX-License-Identifier: Apache-2.0
// Makes pasted code fit the interactive prompt, which ends a block at an empty line and takes no new statement
// before that: empty lines within a block go, and one is added behind it.

/** These go on with the block above them. */
const kContinuing = /^(?:else|elif|except|finally|case)\b/;

/** Text that a line leaves open for the next: a string in triple quotes, or brackets. */
interface OpenText {
  quote: '"""' | "'''" | null;
  brackets: number;
}

export function linesForPrompt(text: string): string[] {
  const lines = withoutCommonIndent(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n'));
  if (lines.length < 2) return lines;
  const result: string[] = [];
  const open: OpenText = { quote: null, brackets: 0 };
  let inBlock = false;
  let isDecorated = false; // the statement belongs to the decorator above it
  lines.forEach((line, index) => {
    const isInside = open.quote !== null || open.brackets > 0;
    const isEmpty = line.trim() === '';
    const isLast = index === lines.length - 1;
    if (!isInside && !isEmpty) {
      const isIndented = /^\s/.test(line);
      if (inBlock && !isIndented && !isDecorated && !kContinuing.test(line)) {
        result.push('');
        inBlock = false;
      }
      if (isIndented || opensBlock(line)) inBlock = true;
      isDecorated = line.startsWith('@');
    }
    // An empty line within a block would end it; the last one only stands for the newline before it.
    if (isInside || !isEmpty || isLast) result.push(line);
    scan(line, open);
  });
  // The newline behind a block ends its last line; one more ends the block.
  if (inBlock && result.at(-1) === '') result.push('');
  return result;
}

function opensBlock(line: string): boolean {
  return /:\s*(?:#.*)?$/.test(line) || line.startsWith('@');
}

function withoutCommonIndent(lines: string[]): string[] {
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const common = indents.reduce((least, indent) => Math.min(least, indent), Infinity);
  return common === Infinity ? lines : lines.map((line) => line.slice(common));
}

function scan(line: string, open: OpenText): void {
  for (let at = 0; at < line.length;) {
    if (open.quote) {
      const end = line.indexOf(open.quote, at);
      if (end < 0) return;
      at = end + open.quote.length;
      open.quote = null;
      continue;
    }
    const character = line[at] ?? '';
    const three = line.slice(at, at + 3);
    if (character === '#') return;
    if (three === '"""' || three === "'''") {
      open.quote = three;
      at += 3;
    } else if (character === '"' || character === "'") {
      at = endOfString(line, at + 1, character);
    } else {
      if ('([{'.includes(character)) open.brackets++;
      if (')]}'.includes(character)) open.brackets = Math.max(0, open.brackets - 1);
      at++;
    }
  }
}

function endOfString(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === quote) return at + 1;
  }
  return line.length;
}
