// SPDX-License-Identifier: Apache-2.0
// Signals by name, as Linux and the interpreter's C library number them.

export const kSignals: Readonly<Record<string, number>> = {
  ...{ HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11 },
  ...{ USR2: 12, PIPE: 13, ALRM: 14, TERM: 15, CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22 },
};

/** Of TERM, SIGTERM or 15; null when there is none. */
export function signalNumber(name: string): number | null {
  if (/^\d+$/.test(name)) return Number(name) <= 64 ? Number(name) : null;
  const plain = name.toUpperCase().replace(/^SIG/, '');
  return Object.hasOwn(kSignals, plain) ? (kSignals[plain] ?? null) : null;
}
