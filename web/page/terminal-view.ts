// SPDX-License-Identifier: Apache-2.0
// The terminal on the page: xterm.js in the reader's colours, as large as there is room.

import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type ITheme } from '@xterm/xterm';

const kLight: ITheme = {
  background: '#ffffff',
  foreground: '#1c2421',
  cursor: '#1f6f54',
  cursorAccent: '#ffffff',
  selectionBackground: '#bfe3d4',
  black: '#1c2421',
  red: '#b3261e',
  green: '#1f6f54',
  yellow: '#8a5a00',
  blue: '#1b5fb4',
  magenta: '#8e2f91',
  cyan: '#0b6a77',
  white: '#55635d',
  brightBlack: '#55635d',
  brightRed: '#c2332b',
  brightGreen: '#2a8063',
  brightYellow: '#996600',
  brightBlue: '#2a6fc9',
  brightMagenta: '#a03ca3',
  brightCyan: '#0f7c8b',
  brightWhite: '#1c2421',
};

const kDark: ITheme = {
  background: '#14181a',
  foreground: '#e3e8e6',
  cursor: '#6fcfa8',
  cursorAccent: '#14181a',
  selectionBackground: '#2f5b4b',
  black: '#14181a',
  red: '#ff8a80',
  green: '#6fcfa8',
  yellow: '#e6c15c',
  blue: '#82b4ff',
  magenta: '#e39be6',
  cyan: '#6fd3df',
  white: '#e3e8e6',
  brightBlack: '#9aa8a2',
  brightRed: '#ffa199',
  brightGreen: '#8be0bd',
  brightYellow: '#f2d27a',
  brightBlue: '#a3c8ff',
  brightMagenta: '#efb5f1',
  brightCyan: '#8fe3ec',
  brightWhite: '#ffffff',
};

/** Has the terminal say which keys are a paste. */
export const kMarkPastes = '\x1b[?2004h';

export class TerminalView {
  readonly terminal: Terminal;
  readonly #fit = new FitAddon();

  constructor(element: HTMLElement, darkness: MediaQueryList) {
    this.terminal = new Terminal({
      convertEol: true,
      cursorBlink: true,
      fontFamily: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
      fontSize: 15,
      minimumContrastRatio: 4.5,
      scrollback: 20000,
      theme: darkness.matches ? kDark : kLight,
    });
    this.terminal.loadAddon(this.#fit);
    this.terminal.open(element);
    this.terminal.write(kMarkPastes);
    darkness.addEventListener('change', () => {
      this.terminal.options.theme = darkness.matches ? kDark : kLight;
    });
    new ResizeObserver(() => {
      this.#fit.fit();
    }).observe(element);
    this.#fit.fit();
  }

  /** What is selected, or all that was written. */
  get text(): string {
    const { terminal } = this;
    if (terminal.hasSelection()) return terminal.getSelection();
    terminal.selectAll();
    const everything = terminal.getSelection();
    terminal.clearSelection();
    return everything.trimEnd();
  }
}
