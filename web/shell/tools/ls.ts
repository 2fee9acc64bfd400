// SPDX-License-Identifier: Apache-2.0
// ls: names in a folder, one per line, since nothing here is a terminal.

import type { HostStat } from '../../common/host-files.ts';
import { fileType, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFSOCK } from '../../common/host-files.ts';
import { joinPath } from '../../common/path-text.ts';
import { compareText } from '../compare.ts';
import { errorText } from '../error-text.ts';
import type { Options } from './options.ts';
import { parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complain, pathOf } from './tool.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: HostStat;
}

const kTypes = new Map([
  [S_IFDIR, 'd'],
  [S_IFLNK, 'l'],
  [S_IFCHR, 'c'],
  [S_IFIFO, 'p'],
  [S_IFSOCK, 's'],
]);
const kMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const kHalfYearMs = 15_778_476_000;
const kUnits = ['', 'K', 'M', 'G', 'T'] as const;

export const ls: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: '1aAlRrtSdhFipnCgGk',
    long: {
      all: 'a',
      'almost-all': 'A',
      recursive: 'R',
      reverse: 'r',
      directory: 'd',
      'human-readable': 'h',
      color: 'G',
    },
  });
  return new Listing(context, options).run();
};

class Listing {
  readonly #context: ToolContext;
  readonly #options: Options;
  #status = 0;

  constructor(context: ToolContext, options: Options) {
    this.#context = context;
    this.#options = options;
  }

  async run(): Promise<number> {
    const names = this.#options.operands.length > 0 ? this.#options.operands : ['.'];
    const entries: Entry[] = [];
    for (const name of names) {
      const entry = await this.#entry(name, name, !this.#options.has('l') && !this.#options.has('d'));
      if (entry) entries.push(entry);
    }
    const isFolder = ({ stat }: Entry): boolean => fileType(stat.mode) === S_IFDIR && !this.#options.has('d');
    const files = this.#sorted(entries.filter((entry) => !isFolder(entry)));
    const folders = this.#sorted(entries.filter(isFolder));
    await this.#print(files);
    const titled = names.length > 1 || this.#options.has('R');
    let first = files.length === 0;
    for (const { path } of folders) {
      await this.#folder(path, titled, first);
      first = false;
    }
    return this.#status;
  }

  async #folder(path: string, titled: boolean, first: boolean): Promise<void> {
    if (titled) await this.#context.output.print(`${first ? '' : '\n'}${path}:\n`);
    const entries = this.#sorted(await this.#entriesOf(path));
    if (this.#options.has('l')) await this.#context.output.print(`total ${blocksOf(entries)}\n`);
    await this.#print(entries);
    if (!this.#options.has('R')) return;
    for (const entry of entries) {
      const inner = fileType(entry.stat.mode) === S_IFDIR && entry.name !== '.' && entry.name !== '..';
      if (inner) await this.#folder(entry.path, true, false);
    }
  }

  async #entriesOf(path: string): Promise<Entry[]> {
    const { files } = this.#context.host;
    const all = this.#options.has('a');
    const entries: Entry[] = [];
    try {
      const found = files.readdir(pathOf(this.#context, path)).map(({ name }) => name);
      for (const name of all ? ['.', '..', ...found] : found) {
        if (name.startsWith('.') && !all && !this.#options.has('A')) continue;
        const entry = await this.#entry(name, joinPath(path, name), false);
        if (entry) entries.push(entry);
      }
    } catch (error) {
      await this.#complain(`cannot open directory '${path}'`, error);
    }
    return entries;
  }

  async #entry(name: string, path: string, follow: boolean): Promise<Entry | null> {
    const { files } = this.#context.host;
    const full = pathOf(this.#context, path);
    try {
      const stat = files.lstat(full);
      if (!follow || fileType(stat.mode) !== S_IFLNK) return { name, path, stat };
      return { name, path, stat: targetOf(() => files.stat(full)) ?? stat };
    } catch (error) {
      await this.#complain(`cannot access '${path}'`, error);
      return null;
    }
  }

  async #complain(what: string, error: unknown): Promise<void> {
    this.#status = 2;
    await complain(this.#context, `${what}: ${errorText(error)}`);
  }

  #sorted(entries: readonly Entry[]): Entry[] {
    const by = this.#options.order.findLast((letter) => letter === 't' || letter === 'S');
    const sign = this.#options.has('r') ? -1 : 1;
    return [...entries].sort((left, right) => {
      const newer =
        left.stat.mtimeNs === right.stat.mtimeNs ? 0 : left.stat.mtimeNs > right.stat.mtimeNs ? -1 : 1;
      const order = by === 't' ? newer : by === 'S' ? right.stat.size - left.stat.size : 0;
      return sign * (order || compareText(left.name, right.name));
    });
  }

  async #print(entries: readonly Entry[]): Promise<void> {
    const long = this.#options.has('l') ? this.#columns(entries) : null;
    for (const [index, entry] of entries.entries()) {
      const number = this.#options.has('i') ? `${entry.stat.ino} ` : '';
      const columns = long ? `${long[index] ?? ''} ` : '';
      await this.#context.output.print(`${number}${columns}${entry.name}${this.#mark(entry)}\n`);
    }
  }

  #mark(entry: Entry): string {
    const { mode } = entry.stat;
    const type = fileType(mode);
    if (type === S_IFLNK && this.#options.has('l'))
      return ` -> ${targetOf(() => this.#context.host.files.readlink(pathOf(this.#context, entry.path))) ?? '?'}`;
    if (type === S_IFDIR && (this.#options.has('F') || this.#options.has('p'))) return '/';
    if (!this.#options.has('F')) return '';
    return type === S_IFLNK
      ? '@'
      : type === S_IFIFO
        ? '|'
        : type === S_IFSOCK
          ? '='
          : (mode & 0o111) !== 0
            ? '*'
            : '';
  }

  /** Everything but the name, in columns. */
  #columns(entries: readonly Entry[]): string[] {
    const rows = entries.map(({ stat }) => [
      String(stat.nlink),
      ownerName(stat.uid),
      ownerName(stat.gid),
      this.#options.has('h') ? humanSize(stat.size) : String(stat.size),
    ]);
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return entries.map(({ stat }, index) => {
      const cells = (rows[index] ?? []).map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 1 || column === 2 ? cell.padEnd(width) : cell.padStart(width);
      });
      return [modeText(stat.mode), ...cells, timeText(stat)].join(' ');
    });
  }
}

function targetOf<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    // A link that leads nowhere is listed as itself.
    return null;
  }
}

function blocksOf(entries: readonly Entry[]): number {
  return Math.ceil(entries.reduce((sum, { stat }) => sum + stat.blocks, 0) / 2);
}

function ownerName(id: number): string {
  return id === 0 ? 'root' : String(id);
}

function humanSize(size: number): string {
  let value = size;
  let unit = 0;
  for (; value >= 1024 && unit < kUnits.length - 1; ++unit) value /= 1024;
  const exact = unit > 0 && value < 10;
  return `${exact ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value))}${kUnits[unit] ?? ''}`;
}

export function modeText(mode: number): string {
  const bits = Array.from('rwxrwxrwx').map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  const special = [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ] as const;
  for (const [bit, at, letter] of special) {
    if (mode & bit) bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase();
  }
  return (kTypes.get(fileType(mode)) ?? '-') + bits.join('');
}

function timeText({ mtimeNs }: HostStat): string {
  const time = new Date(Number(mtimeNs / 1_000_000n));
  const two = (value: number): string => String(value).padStart(2, '0');
  const age = Date.now() - time.getTime();
  const recent = age > -60_000 && age < kHalfYearMs;
  const clock = recent ? `${two(time.getHours())}:${two(time.getMinutes())}` : ` ${time.getFullYear()}`;
  return `${kMonths[time.getMonth()] ?? ''} ${String(time.getDate()).padStart(2)} ${clock}`;
}
