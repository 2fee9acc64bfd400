// SPDX-License-Identifier: Apache-2.0
// What a call of WASI throws that cannot do what it is asked for.

import type { Errno } from './preview1.ts';

export class Refusal extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(`errno ${String(errno)}`);
    this.errno = errno;
  }
}
