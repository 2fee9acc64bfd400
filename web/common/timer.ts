// SPDX-License-Identifier: Apache-2.0
// Timers as programs expect them: the hosts' own may fire early, and not behind their longest.

/** Timers of every host overflow behind this. */
export const kLongestTimer = 2 ** 31 - 1;

/** Calls `act` when so many milliseconds are over, and no earlier; at once when there are none. Gives what stops it. */
export function after(ms: number, act: () => void): () => void {
  const deadline = performance.now() + ms;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (): void => {
    const left = deadline - performance.now();
    if (left <= 0) act();
    else timer = setTimeout(arm, Math.min(Math.ceil(left), kLongestTimer));
  };
  arm();
  return () => {
    clearTimeout(timer);
  };
}
