// SPDX-License-Identifier: Apache-2.0
// Where the page's files are: the server writes their hashed URLs into the attributes of the script element.

import type { AssetUrls } from '../common/messages.ts';

export interface PageAssets extends AssetUrls {
  readonly worker: string;
}

export function findAssets(page: Document): PageAssets {
  const data = page.querySelector<HTMLScriptElement>('script[data-worker]')?.dataset ?? {};
  const url = (name: string): string => {
    const value = data[name];
    if (value === undefined) throw new Error(`the page does not say where ${name} is`);
    return new URL(value, page.baseURI).href;
  };
  return {
    worker: url('worker'),
    glue: url('glue'),
    wasm: url('wasm'),
    kernel: url('kernel'),
    standardLibrary: url('standardLibrary'),
  };
}
