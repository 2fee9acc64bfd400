// SPDX-License-Identifier: Apache-2.0
// The variables of a shell, and which of them programs get to see.

import { ShellError } from './leaving.ts';
import type { Environment } from './shell-host.ts';

interface Variable {
  /** Null: a name that was exported before it had a value. */
  readonly value: string | null;
  readonly exported: boolean;
  readonly readOnly: boolean;
}

const kName = /^[A-Za-z_][A-Za-z_0-9]*$/;

export function isName(text: string): boolean {
  return kName.test(text);
}

export class Variables {
  readonly #all = new Map<string, Variable>();

  static from(env: Environment): Variables {
    const variables = new Variables();
    for (const [name, value] of Object.entries(env)) variables.change(name, { value, exported: true });
    return variables;
  }

  copy(): Variables {
    const copy = new Variables();
    for (const [name, variable] of this.#all) copy.#all.set(name, variable);
    return copy;
  }

  get(name: string): string | null {
    return this.#all.get(name)?.value ?? null;
  }

  set(name: string, value: string): void {
    this.change(name, { value });
  }

  change(name: string, changes: Partial<Variable>): void {
    const before = this.#all.get(name) ?? { value: null, exported: false, readOnly: false };
    if (before.readOnly && changes.value !== undefined) throw new ShellError(`${name}: is read only`);
    this.#all.set(name, { ...before, ...changes });
  }

  unset(name: string): void {
    if (this.#all.get(name)?.readOnly === true) throw new ShellError(`${name}: is read only`);
    this.#all.delete(name);
  }

  save(name: string): Variable | undefined {
    return this.#all.get(name);
  }

  restore(name: string, saved: Variable | undefined): void {
    if (saved) this.#all.set(name, saved);
    else this.#all.delete(name);
  }

  /** What programs get. */
  environment(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, { value, exported }] of this.#all) if (exported && value !== null) env[name] = value;
    return env;
  }

  /** Sorted by name. */
  entries(which: 'all' | 'exported' | 'readOnly'): (readonly [name: string, value: string | null])[] {
    return [...this.#all]
      .filter(([, variable]) => which === 'all' || variable[which])
      .map(([name, { value }]) => [name, value] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1));
  }
}
