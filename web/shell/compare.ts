// SPDX-License-Identifier: Apache-2.0
// The order of texts is that of their UTF-8 bytes, as in the C locale. Strings in JavaScript are in the order of their
// UTF-16 units, which differs where there are surrogates.

const kSurrogates = /[\ud800-\udfff]/;

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (kSurrogates.test(a) || kSurrogates.test(b)) return compareCodePoints(a, b);
  return a < b ? -1 : 1;
}

function compareCodePoints(a: string, b: string): number {
  for (let at = 0; ; ++at) {
    const [left, right] = [a.codePointAt(at), b.codePointAt(at)];
    if (left === right && left !== undefined) continue;
    return (left ?? -1) - (right ?? -1);
  }
}
