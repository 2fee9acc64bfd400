// SPDX-License-Identifier: Apache-2.0
// JavaScript Promise Integration: a WebAssembly stack that waits for a promise. TypeScript does not know it yet.

/** What V8 gives a stack that can wait, and the engine's own, unless its flags say otherwise. */
export const kDefaultStackKilobytes = 984;

type Callable = (...args: never[]) => unknown;

export interface Jspi {
  /** An export that returns a promise and whose stack may be suspended. */
  promising(run: Callable): (...args: number[]) => Promise<number>;
  /** An import that suspends the stack until its promise is settled. */
  suspending(run: Callable): WebAssembly.ImportValue;
}

/** As the engine has it. */
interface EngineJspi {
  readonly promising: Jspi['promising'];
  readonly Suspending: new (run: Callable) => WebAssembly.ImportValue;
}

/** Null when this engine cannot suspend WebAssembly. */
export function findJspi(): Jspi | null {
  const { promising, Suspending } = WebAssembly as unknown as Partial<EngineJspi>;
  return promising && Suspending ? { promising, suspending: (run) => new Suspending(run) } : null;
}
