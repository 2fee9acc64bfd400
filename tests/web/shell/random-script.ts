// SPDX-License-Identifier: Apache-2.0
// Scripts that nobody wrote, of what is the same in every shell, touches no files, and ends.

import type { Random } from '../mutations.ts';

const kNames = ['x', 'y', 'z'] as const;
const kTexts = [
  'a',
  'b c',
  '',
  '  d ',
  '*',
  'e:f:',
  ':g',
  '1',
  '42',
  'a.b.c',
  'x/y/z',
  '-n',
  "it's",
  'tab\there',
] as const;
const kPatterns = ['a', '*', '?', 'a*', '*c', '[a-c]', '[!a]*', '*.*', '"*"', '*/*'] as const;
const kFilters = [
  'cat',
  'sort',
  'head -2',
  'tail -1',
  'wc -l',
  'tr a-c A-C',
  'sed s/a/X/',
  'grep a',
  'uniq -c',
  'cut -c1-2',
];

export class RandomScript {
  readonly #random: Random;
  #functions = 0;
  #loops = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  script(): string {
    const { list } = { list: this.#list(3) };
    return `set -f; f() { echo "f $# $1"; }; ${list}; echo "end $? $x|$y|$z"`;
  }

  #list(depth: number): string {
    const count = 1 + this.#random.below(3);
    return Array.from({ length: count }, () => this.#andOr(depth)).join(this.#random.oneOf(['; ', '\n']));
  }

  #andOr(depth: number): string {
    const first = this.#pipeline(depth);
    return this.#random.below(4) > 0
      ? first
      : `${first} ${this.#random.oneOf(['&&', '||'])} ${this.#pipeline(depth)}`;
  }

  #pipeline(depth: number): string {
    const not = this.#random.below(10) === 0 ? '! ' : '';
    const command = this.#command(depth);
    return this.#random.below(5) > 0 ? not + command : `${not}${command} | ${this.#random.oneOf(kFilters)}`;
  }

  #command(depth: number): string {
    const kind = depth <= 0 ? this.#random.below(5) : this.#random.below(14);
    switch (kind) {
      case 0:
      case 1:
        return `printf '<%s>' ${this.#words()}; echo`;
      case 2:
        return `${this.#random.oneOf(kNames)}=${this.#word()}`;
      case 3:
        return this.#random.oneOf([
          'true',
          'false',
          '(exit 3)',
          ':',
          `[ ${this.#quoted()} = ${this.#quoted()} ]`,
        ]);
      case 4:
        return `f ${this.#words()}`;
      default:
        return this.#compound(kind, depth - 1);
    }
  }

  #compound(kind: number, depth: number): string {
    const { list } = { list: () => this.#list(depth) };
    switch (kind) {
      case 5:
        return `if ${list()}; then ${list()}; else ${list()}; fi`;
      case 6:
        return `for ${this.#random.oneOf(kNames)} in ${this.#words()}; do ${list()}; done`;
      case 7:
        return `case ${this.#quoted()} in ${this.#random.oneOf(kPatterns)}) ${list()};; ${this.#word()}) ${list()};; *) ${list()};; esac`;
      case 8:
        return `( ${list()} )`;
      case 9:
        return `{ ${list()}; }`;
      case 10: {
        const counter = `n${++this.#loops}`;
        return `${counter}=0; while [ $((${counter}+=1)) -le 2 ]; do ${list()}; done`;
      }
      case 11: {
        const name = `g${++this.#functions}`;
        return `${name}() { ${list()}; return ${this.#random.below(3)}; }; ${name} ${this.#words()}`;
      }
      case 12:
        return `set -- ${this.#words()}; echo "$#:$*"`;
      default:
        return `IFS=${this.#random.oneOf([':', "' '", "''", "': '"])}; read ${this.#random.oneOf(['x', 'x y', 'z y'])} <<E\n${this.#plain()}${this.#expansion(1)}\nE\necho "$?"`;
    }
  }

  #words(): string {
    return Array.from({ length: 1 + this.#random.below(3) }, () => this.#word()).join(' ');
  }

  #word(): string {
    const parts = 1 + this.#random.below(2);
    return Array.from({ length: parts }, () => this.#part()).join('');
  }

  #part(): string {
    switch (this.#random.below(4)) {
      case 0:
        return this.#quoted();
      case 1:
        return this.#random.oneOf(['a', 'b', 'c\\ d', '1', '\\*', 'a.b']);
      default:
        return this.#expansion(2);
    }
  }

  #plain(): string {
    return this.#random.oneOf(kTexts).replaceAll("'", '');
  }

  #quoted(): string {
    const inside = this.#plain();
    return this.#random.below(2) === 0 ? `'${inside}'` : `"${inside}${this.#expansion(1)}"`;
  }

  #expansion(depth: number): string {
    const name = this.#random.oneOf([...kNames, '1', '2', '@', '*']);
    const word = this.#random.oneOf(['a', 'b', '"c d"', '"$x"', '$y', '']);
    const cut = this.#random.oneOf(kPatterns);
    const variable = this.#random.oneOf(kNames);
    switch (this.#random.below(depth > 1 ? 9 : 7)) {
      case 0:
      case 1:
        return `$${name}`;
      case 2:
        return `\${${name}${this.#random.oneOf([':-', '-', ':+', '+'])}${word}}`;
      case 3:
        return `\${${variable}${this.#random.oneOf(['#', '##', '%', '%%'])}${cut}}`;
      case 4:
        return `$((${this.#arithmetic(3)}))`;
      case 5:
        return `\${#${variable}}`;
      case 6:
        return this.#random.oneOf(['$#', '$?', `\${${variable}:=${word}}`]);
      default:
        return `$(printf '%s\\n' ${this.#random.oneOf(kNames.map((one) => `"$${one}"`))} ${word})`;
    }
  }

  #arithmetic(depth: number): string {
    if (depth <= 0 || this.#random.below(3) === 0) return String(this.#random.below(20));
    const operator = this.#random.oneOf(['+', '-', '*', '<', '>=', '==', '&', '|', '^', '&&', '||', '<<']);
    const [left, right] = [this.#arithmetic(depth - 1), this.#arithmetic(depth - 1)];
    return this.#random.below(3) === 0 ? `(${left} ${operator} ${right})` : `${left} ${operator} ${right}`;
  }
}
