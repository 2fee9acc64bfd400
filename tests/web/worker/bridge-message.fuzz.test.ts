// SPDX-License-Identifier: Apache-2.0
// What comes from the port of the web server, which may be somebody else's by now.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostError } from '../../../web/common/errno.ts';
import { decode, encode } from '../../../web/worker/bridge-message.ts';
import { fuzz, type Corpus } from '../mutations.ts';

const kBodies: Corpus = {
  seeds: [
    encode({}),
    encode({ errno: 'ENOENT' }),
    encode({ handle: 3, stat: { size: 6, mtime: '-1500000000' } }),
    encode({ path: 'Ärger/日本' }, Uint8Array.of(0, 255, 10)),
  ],
  words: ['null', '[]', '7', '"errno":', '"__proto__":', '{', '}', '\0\0\0\0', '\xff\xff\xff\xff', '\\ud800'],
};

test('an answer is what it says, or an error with a name', () => {
  fuzz(kBodies, 5000, (body) => {
    try {
      const { values, bytes } = decode(body.buffer);
      assert.ok(bytes.length <= body.length);
      const again = decode(encode(values, bytes).buffer);
      assert.deepEqual(again.values, values);
      assert.deepEqual(again.bytes, bytes);
    } catch (error) {
      assert.ok(error instanceof HostError, String(error));
    }
  });
});

test('what is cut off or no object is an input error', () => {
  const whole = encode({ count: 3 });
  for (const body of [whole.slice(0, 3), whole.slice(0, -1), Uint8Array.of(2, 0, 0, 0, 0x5b, 0x5d)]) {
    assert.throws(() => decode(body.buffer), { code: 'EIO' });
  }
});
