// SPDX-License-Identifier: Apache-2.0

/** A function that does its work the first time only. */
export function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
