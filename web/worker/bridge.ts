// SPDX-License-Identifier: Apache-2.0
// The worker's end of the bridge to the machine that started the browser: requests to the web server, with the token.
// Most are synchronous, which a worker may do: files and output happen in the order of the program.

import { HostError } from '../common/errno.ts';
import { decode, encode, type JsonObject, type Reply } from './bridge-message.ts';

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
