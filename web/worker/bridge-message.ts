// SPDX-License-Identifier: Apache-2.0
// Requests to the web server and its answers: the length of a JSON text (32 bits, little endian), that text, bytes.

import { HostError, isErrnoName } from '../common/errno.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

export interface Reply {
  readonly values: JsonObject;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const kLengthSize = 4;

export function encode(values: JsonObject, bytes: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(values));
  const body = new Uint8Array(kLengthSize + text.length + bytes.length);
  new DataView(body.buffer).setUint32(0, text.length, true);
  body.set(text, kLengthSize);
  body.set(bytes, kLengthSize + text.length);
  return body;
}

/** Throws what the answer says went wrong, or EIO when it is none: cut off, or somebody else's. */
export function decode(body: ArrayBuffer): Reply {
  if (body.byteLength < kLengthSize) throw new HostError('EIO');
  const length = new DataView(body).getUint32(0, true);
  if (length > body.byteLength - kLengthSize) throw new HostError('EIO');
  const values = parse(new TextDecoder().decode(new Uint8Array(body, kLengthSize, length)));
  const errno = values['errno'];
  if (typeof errno === 'string') throw new HostError(isErrnoName(errno) ? errno : 'EIO');
  return { values, bytes: new Uint8Array(body, kLengthSize + length) };
}

function parse(text: string): JsonObject {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new HostError('EIO');
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new HostError('EIO');
  return values as JsonObject;
}
