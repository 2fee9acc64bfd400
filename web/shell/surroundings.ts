// SPDX-License-Identifier: Apache-2.0
// What commands get to see of the shell that runs them.

import type { Surroundings } from './programs.ts';
import type { Shell } from './shell-state.ts';

export function surroundings(shell: Shell): Surroundings {
  return {
    ...shell.world,
    env: shell.variables.environment(),
    cwd: shell.cwd,
    umask: shell.umask,
    guard: shell.guard,
    descriptors: shell.descriptors,
  };
}
