// SPDX-License-Identifier: Apache-2.0
// The worker's end of the bridge to the machine that started the browser: requests to the web server, with the token.
// Most are synchronous, which a worker may do: files and output happen in the order of the program.

import { HostError, isErrnoName } from '../common/errno.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

export interface Reply {
  readonly values: JsonObject;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const kLengthSize = 4;

export class Bridge {
  readonly #base: string;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.#base = base;
    this.#token = token;
  }

  /** Blocks the worker until the server has answered. */
  call(operation: string, values: JsonObject = {}, bytes?: Uint8Array): Reply {
    const request = new XMLHttpRequest();
    request.open('POST', this.#base + operation, false);
    request.responseType = 'arraybuffer';
    request.setRequestHeader('X-Taipan-Token', this.#token);
    try {
      request.send(encode(values, bytes));
    } catch {
      throw new HostError('EIO'); // the server is gone
    }
    if (request.status !== 200) throw new HostError('EIO');
    return decode(request.response as ArrayBuffer);
  }

  /** The same without blocking, for what may take long. */
  async request(operation: string, values: JsonObject = {}, bytes?: Uint8Array): Promise<Reply> {
    const response = await fetch(this.#base + operation, {
      method: 'POST',
      headers: { 'X-Taipan-Token': this.#token },
      body: encode(values, bytes),
    });
    if (!response.ok) throw new HostError('EIO');
    return decode(await response.arrayBuffer());
  }
}

function encode(values: JsonObject, bytes: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(values));
  const body = new Uint8Array(kLengthSize + text.length + bytes.length);
  new DataView(body.buffer).setUint32(0, text.length, true);
  body.set(text, kLengthSize);
  body.set(bytes, kLengthSize + text.length);
  return body;
}

function decode(body: ArrayBuffer): Reply {
  const length = new DataView(body).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(body, kLengthSize, length));
  const values = JSON.parse(text) as JsonObject;
  const { errno } = values;
  if (typeof errno === 'string') throw new HostError(isErrnoName(errno) ? errno : 'EIO');
  return { values, bytes: new Uint8Array(body, kLengthSize + length) };
}
