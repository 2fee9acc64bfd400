// SPDX-License-Identifier: Apache-2.0
// The WebAssembly of the program: from the page itself, whose last elements hold it packed and as text, or from a
// file beside the page. Either way it is compiled while it comes.

const kPieces = 'script[type="application/wasm"]';
const kHeaders = { headers: { 'content-type': 'application/wasm' } };

/** Newer than what TypeScript knows. */
interface Base64Decoder {
  fromBase64?: (text: string) => Uint8Array<ArrayBuffer>;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as Base64Decoder;
  if (fromBase64 !== undefined) return fromBase64(text);
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

/** The pieces in the page, each as soon as the browser has read it. */
function embeddedPieces(): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(stream) {
      const take = (isWhole: boolean): void => {
        for (const piece of document.querySelectorAll(kPieces)) {
          if (!isWhole && piece.nextElementSibling === null) return; // it may go on
          stream.enqueue(decodeBase64(piece.textContent));
          piece.remove();
        }
      };
      const watcher = new MutationObserver(() => take(false));
      const finish = (): void => {
        watcher.disconnect();
        take(true);
        stream.close();
      };
      if (document.readyState !== 'loading') {
        finish();
        return;
      }
      watcher.observe(document.body, { childList: true });
      document.addEventListener('DOMContentLoaded', finish, { once: true });
    },
  });
}

export function compileEmbedded(): Promise<WebAssembly.Module> {
  const program = embeddedPieces().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compileStreaming(new Response(program, kHeaders));
}

export async function compileFetched(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} is not there (${response.status} ${response.statusText})`);
  // A host that does not know the type would have the engine refuse it.
  const isKnown = response.headers.get('content-type') === 'application/wasm';
  return WebAssembly.compileStreaming(isKnown ? response : new Response(response.body, kHeaders));
}
