// SPDX-License-Identifier: Apache-2.0
// The interpreters that are compared, and how each is started.

import { UsageError } from './errors.ts';
import { shellQuote } from './process.ts';

export interface Interpreter {
  readonly name: string;
  /** Shell words to which the arguments of a `python` are appended. */
  readonly command: string;
}

export interface Places {
  /** The Node that runs Pyodide. */
  readonly node: string;
  /** The repository's `bench/`. */
  readonly bench: string;
  /** The repository itself. */
  readonly root: string;
}

export function defaultInterpreters(places: Places): readonly Interpreter[] {
  const ours = (target: string): Interpreter => ({
    name: target,
    command: `${shellQuote(`${places.root}/taipan`)} run --target ${target}`,
  });
  const driver = `${places.bench}/pyodide-driver.mjs`;
  return [
    ours('native'),
    ours('node'),
    ours('wasi'),
    { name: 'pyodide', command: `${shellQuote(places.node)} ${shellQuote(driver)}` },
  ];
}

/** The known interpreters after the user's own definitions: a known name is replaced, a new one is added. */
export function defineInterpreters(
  known: readonly Interpreter[],
  definitions: readonly Interpreter[],
): readonly Interpreter[] {
  const all = new Map([...known, ...definitions].map((interpreter) => [interpreter.name, interpreter]));
  return [...all.values()];
}

export function selectInterpreters(
  known: readonly Interpreter[],
  names: readonly string[],
): readonly Interpreter[] {
  return names.map((name) => findInterpreter(known, name));
}

export function findInterpreter(known: readonly Interpreter[], name: string): Interpreter {
  const found = known.find((interpreter) => interpreter.name === name);
  if (found === undefined) {
    const names = known.map((interpreter) => interpreter.name).join(', ');
    throw new UsageError(
      `no interpreter is called '${name}'; known are ${names}, add one with --interpreter NAME=COMMAND`,
    );
  }
  return found;
}
