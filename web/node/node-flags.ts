// SPDX-License-Identifier: Apache-2.0
// What Node was told on its command line that the interpreter has to know.

import { kDefaultStackKilobytes } from '../common/jspi.ts';

const kStackFlag = /^--wasm[-_]stack[-_]switching[-_]stack[-_]size=(\d+)$/;

/** The size of a WebAssembly stack that can wait; as in V8 the last flag counts. */
export function stackKilobytesOf(execArgv: readonly string[]): number {
  const given = execArgv.findLast((flag) => kStackFlag.test(flag));
  return given === undefined ? kDefaultStackKilobytes : Number(kStackFlag.exec(given)?.[1]);
}
