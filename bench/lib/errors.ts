// SPDX-License-Identifier: Apache-2.0
// How the benchmark's own failures are told apart and worded.

/** The command line makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
