// SPDX-License-Identifier: Apache-2.0
// Runs the commands of sed-script.ts, once for each line.

import { LineFeed } from './line-feed.ts';
import type { Address, SedCommand, Substitution } from './sed-script.ts';
import { substitute } from './sed-substitution.ts';
import type { ToolContext } from './tool.ts';
import { ToolError } from './tool.ts';

/** What a command says about the rest of the cycle. */
type Next = 'on' | 'end' | 'again' | 'quit' | 'quit silently' | { readonly jump: number };

/** A range that has begun and ends at this line; without a number it ends at a match. */
const kUntilMatch = -1;

export class SedRun {
  readonly #commands: readonly SedCommand[];
  readonly #quiet: boolean;
  readonly #print: (text: string) => Promise<void>;
  readonly #ranges = new Map<SedCommand, number>();
  #newline = true;
  #owesNewline = false;
  #number = 0;
  #last = false;
  #space = '';
  #hold = '';
  #holdNewline = true;
  #substituted = false;
  #appended: string[] = [];
  #lastExpression: RegExp | null = null;
  #code = 0;

  constructor(commands: readonly SedCommand[], quiet: boolean, print: (text: string) => Promise<void>) {
    this.#commands = commands;
    this.#quiet = quiet;
    this.#print = async (text) => {
      // The last line may have had no newline, but something comes behind it after all.
      if (this.#owesNewline && text !== '') await print('\n');
      if (text !== '') this.#owesNewline = !text.endsWith('\n');
      await print(text);
    };
  }

  async files(context: ToolContext, names: readonly string[]): Promise<number> {
    const feed = new LineFeed(context, names);
    try {
      for (let again = false; again || (await this.#nextLine(feed));) {
        await context.guard(context.breath.take());
        const next = await this.#cycle(context, feed);
        if (next === 'quit' || next === 'quit silently') break;
        again = next === 'again';
      }
    } finally {
      await feed.close();
    }
    return this.#code > 0 ? this.#code : feed.failed ? 2 : 0;
  }

  async #nextLine(feed: LineFeed): Promise<boolean> {
    const line = await feed.next();
    if (!line) return false;
    ++this.#number;
    this.#space = line.text;
    this.#newline = line.newline;
    this.#last = (await feed.peek()) === null;
    return true;
  }

  async #cycle(context: ToolContext, feed: LineFeed): Promise<Next> {
    let next: Next = 'on';
    this.#substituted = false;
    for (let at = 0; at < this.#commands.length;) {
      const command = this.#commands[at++];
      if (!command) break;
      if (this.#selects(command) === command.negated) {
        if (command.name === '{') at = command.end;
        continue;
      }
      next = await this.#run(command, feed);
      if (typeof next === 'object') {
        at = next.jump;
        // Branches back may never end.
        await context.guard(context.breath.take());
      } else if (next !== 'on') break;
    }
    if (!this.#quiet && (next === 'quit' || next === 'on' || typeof next === 'object'))
      await this.#printSpace();
    for (const text of this.#appended.splice(0)) await this.#print(text);
    return next;
  }

  async #printSpace(): Promise<void> {
    await this.#print(this.#newline ? `${this.#space}\n` : this.#space);
  }

  #selects(command: SedCommand): boolean {
    const [first, second] = command.addresses;
    if (!first) return true;
    if (!second) return this.#matches(first);
    const end = this.#ranges.get(command);
    if (end === undefined) return this.#matches(first) && this.#begin(command, second);
    if (end === kUntilMatch ? this.#matches(second) : this.#number >= end) this.#ranges.delete(command);
    return end === kUntilMatch || this.#number <= end;
  }

  /** A range whose end is a line that has passed is one line long. */
  #begin(command: SedCommand, second: Address): boolean {
    const end =
      second.kind === 'line'
        ? second.line
        : second.kind === 'more'
          ? this.#number + second.count
          : kUntilMatch;
    const over = end === kUntilMatch ? second.kind === 'last' && this.#last : end <= this.#number;
    if (!over) this.#ranges.set(command, end);
    return true;
  }

  #matches(address: Address): boolean {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return this.#last;
      case 'step': {
        const { first, step } = address;
        return step === 0
          ? this.#number === first
          : this.#number >= first && (this.#number - first) % step === 0;
      }
      case 'more':
        return false;
      case 'match': {
        const expression = this.#expression(address.expression);
        expression.lastIndex = 0;
        return expression.test(this.#space);
      }
    }
  }

  #expression(expression: RegExp | null): RegExp {
    const used = expression ?? this.#lastExpression;
    if (!used) throw new ToolError('no previous regular expression', 1);
    return (this.#lastExpression = used);
  }

  async #run(command: SedCommand, feed: LineFeed): Promise<Next> {
    switch (command.name) {
      case 'p':
        await this.#printSpace();
        return 'on';
      case 'P': {
        const end = this.#space.indexOf('\n');
        if (end < 0) await this.#printSpace();
        else await this.#print(this.#space.slice(0, end + 1));
        return 'on';
      }
      case '=':
        await this.#print(`${this.#number}\n`);
        return 'on';
      case 'i':
        await this.#print(`${command.text}\n`);
        return 'on';
      case 'c':
        if (!this.#ranges.has(command) || command.negated) await this.#print(`${command.text}\n`);
        return 'end';
      case 'l':
        await this.#print(`${unambiguous(this.#space)}$\n`);
        return 'on';
      case 's':
        return command.substitution ? this.#substitute(command.substitution) : 'on';
      case 'n':
      case 'N':
        return this.#another(command.name, feed);
      default:
        return this.#quickly(command);
    }
  }

  /** Commands that print nothing. */
  #quickly(command: SedCommand): Next {
    switch (command.name) {
      case 'd':
        return 'end';
      case 'D':
        return this.#deleteFirst();
      case 'q':
      case 'Q':
        this.#code = Number(command.text) & 0xff;
        return command.name === 'q' ? 'quit' : 'quit silently';
      case 'a':
        this.#appended.push(`${command.text}\n`);
        return 'on';
      case 'b':
        return this.#jump(command.text);
      case 't': {
        const jumps = this.#substituted;
        this.#substituted = false;
        return jumps ? this.#jump(command.text) : 'on';
      }
      case 'y':
        this.#space = Array.from(this.#space, (character) => command.table?.get(character) ?? character).join(
          '',
        );
        return 'on';
      default:
        this.#move(command.name);
        return 'on';
    }
  }

  /** Between the pattern space and the hold space. */
  #move(name: string): void {
    const { space, hold } = { space: this.#space, hold: this.#hold };
    if (name === 'g' || name === 'x') this.#space = hold;
    if (name === 'G') this.#space = `${space}\n${hold}`;
    if (name === 'h' || name === 'x') this.#hold = space;
    if (name === 'x') [this.#newline, this.#holdNewline] = [this.#holdNewline, this.#newline];
    if (name === 'H') this.#hold = `${hold}\n${space}`;
    if (name === 'z') this.#space = '';
  }

  #deleteFirst(): Next {
    const end = this.#space.indexOf('\n');
    if (end < 0) return 'end';
    this.#space = this.#space.slice(end + 1);
    return 'again';
  }

  #jump(label: string): Next {
    if (label === '') return { jump: this.#commands.length };
    const target = this.#commands.findIndex(({ name, text }) => name === ':' && text === label);
    if (target < 0) throw new ToolError(`can't find label for jump to '${label}'`, 1);
    return { jump: target };
  }

  /** The next line instead of this one, or behind it. */
  async #another(name: 'n' | 'N', feed: LineFeed): Promise<Next> {
    if (this.#last) return 'quit';
    const before = this.#space;
    if (name === 'n' && !this.#quiet) await this.#printSpace();
    for (const text of this.#appended.splice(0)) await this.#print(text);
    await this.#nextLine(feed);
    if (name === 'N') this.#space = `${before}\n${this.#space}`;
    return 'on';
  }

  async #substitute(substitution: Substitution): Promise<Next> {
    const result = substitute(this.#space, this.#expression(substitution.expression), substitution);
    if (result === null) return 'on';
    this.#space = result;
    this.#substituted = true;
    if (substitution.prints) await this.#printSpace();
    return 'on';
  }
}

function unambiguous(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
}
