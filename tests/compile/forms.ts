// SPDX-License-Identifier: Apache-2.0
// The forms in which compiled programs are run beside CPython, and what runs each.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';

import { runPage } from '../e2e/compiled_page.ts';
import { kNodeWasi, kWasmtime } from '../e2e/engines.ts';
import { finish, type Outcome } from '../e2e/taipan.ts';

/** What a program is run with. */
export interface Settings {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Form {
  readonly name: string;
  /** The file that `taipan compile` makes for it. */
  readonly file: string;
  readonly start: (file: string, cwd: string, settings: Settings) => Promise<Outcome>;
  /** The highest exit code that the engine lets through; it ends with kRefused for the others. */
  readonly highestCode?: number;
  /** What of CPython's output is to be seen there. */
  readonly visible?: (text: string) => string;
}

export const kRefused = 1;

function byCommand(command: readonly string[]): Form['start'] {
  const [engine = '', ...words] = command;
  return (file, cwd, { args = [], input = '', env = {} }) => {
    const environment = { PATH: process.env['PATH'], ...env };
    const child = spawn(engine, [...words, file, ...args], {
      cwd,
      stdio: 'pipe',
      env: environment,
    });
    const outcome = finish(child);
    child.stdin.on('error', () => {}); // a program need not read its input
    child.stdin.end(input);
    return outcome;
  };
}

/** Control characters are not to be seen in a page. */
function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what this is about
  return text.replace(/[\0-\x08\x0e-\x1f\x7f]/g, '');
}

/** `page`: one for all programs, when it is there. */
export function formsWith(page: () => Page): readonly Form[] {
  return [
    { name: 'wasm on Node', file: 'out.wasm', start: byCommand(kNodeWasi) },
    {
      name: 'wasm on Wasmtime',
      file: 'out.wasm',
      start: byCommand(kWasmtime),
      highestCode: 125,
    },
    { name: 'mjs', file: 'out.mjs', start: byCommand([process.execPath]) },
    {
      name: 'html',
      file: 'out.html',
      start: (file, cwd, settings) => runPage(page(), pathToFileURL(join(cwd, file)).href, settings),
      visible: withoutControls,
    },
  ];
}
