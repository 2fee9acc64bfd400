// SPDX-License-Identifier: Apache-2.0
// Names are bytes that come back as they were, whatever they are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesFromText, joinPath, normalPath, textFromBytes } from '../../../web/common/path-text.ts';
import { fuzz, fuzzText, type Corpus } from '../mutations.ts';

const kNames: Corpus = {
  seeds: ['/home/name', 'Ärger/日本', new Uint8Array([0xf0, 0x9f, 0x91, 0x8d, 0xed, 0xa0, 0x80, 0xff])],
  words: ['/', '..', '/./', '//', '\ufeff', '\ufffd', '\u{10ffff}', 'é'],
};

test('bytes to text and back', () => {
  fuzz(kNames, 6000, (bytes) => {
    assert.deepEqual(new Uint8Array(bytesFromText(textFromBytes(bytes))), bytes);
  });
});

test('a normal path has nothing to leave out and stays as it is', () => {
  fuzzText(kNames, 4000, (text) => {
    const normal = normalPath(`/${text}`);
    assert.equal(normalPath(normal), normal);
    assert.ok(normal.startsWith('/'));
    if (normal === '/') return;
    for (const part of normal.slice(1).split('/')) assert.ok(part !== '' && part !== '.' && part !== '..');
    assert.equal(
      normalPath(joinPath('/base', text)),
      normalPath(text.startsWith('/') ? text : `/base/${text}`),
    );
  });
});
