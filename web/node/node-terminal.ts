// SPDX-License-Identifier: Apache-2.0
// The machine's terminal. Node itself only knows lines or no lines, so stty is asked, which every system has: what the
// program sets is set, signals and stopping work as they do natively, and programs that share the terminal see it.
// Node sets the terminal back when it ends.

import { kUsualSettings, type TerminalControl, type TerminalSettings } from '../common/standard-streams.ts';

const kCanonical = 2;
/** What `stty -g` says on Linux: four words of flags, and the characters. */
const kSaved = /^[0-9a-f]+(?::[0-9a-f]+){4,}$/;
const kFlagWords = 4;

export class NodeTerminal implements TerminalControl {
  readonly #fd: number;
  readonly #setRaw: (isRaw: boolean) => void;
  /** Of a terminal that stty does not know as Linux does. */
  #assumed: TerminalSettings | null = null;
  #characters = 0;

  /** `setRaw` is the other way to set it. */
  constructor(fd: number, setRaw: (isRaw: boolean) => void) {
    this.#fd = fd;
    this.#setRaw = setRaw;
  }

  settings(): TerminalSettings {
    if (this.#assumed) return this.#assumed;
    const saved = this.#stty('-g');
    if (saved === null || !kSaved.test(saved)) return (this.#assumed = kUsualSettings);
    const words = saved.split(':').map((word) => Number.parseInt(word, 16));
    const [c_iflag = 0, c_oflag = 0, c_cflag = 0, c_lflag = 0] = words;
    const c_cc = words.slice(kFlagWords);
    this.#characters = c_cc.length;
    return { c_iflag, c_oflag, c_cflag, c_lflag, c_cc };
  }

  change(settings: TerminalSettings): void {
    if (this.#characters === 0) this.settings();
    if (this.#assumed) {
      this.#assumed = settings;
      this.#setRaw((settings.c_lflag & kCanonical) === 0);
      return;
    }
    const { c_iflag, c_oflag, c_cflag, c_lflag, c_cc } = settings;
    const characters = Array.from({ length: this.#characters }, (_, index) => c_cc[index] ?? 0);
    const words = [c_iflag, c_oflag, c_cflag, c_lflag, ...characters];
    this.#stty(words.map((word) => (word >>> 0).toString(16)).join(':'));
  }

  #stty(argument: string): string | null {
    // Loaded here, because most programs never ask.
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const { status, stdout } = spawnSync('stty', [argument], {
      stdio: [this.#fd, 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    return status === 0 ? stdout.trim() : null;
  }
}
