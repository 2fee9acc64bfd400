// SPDX-License-Identifier: Apache-2.0
// File names are bytes, JavaScript strings are UTF-16. A byte that is not UTF-8 becomes a lone surrogate U+DC80..U+DCFF
// (what Python calls surrogateescape), so that every name survives the way there and back.

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const kEscape = 0xdc00;

export function textFromBytes(bytes: Uint8Array): string {
  let ascii = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return textFromWideBytes(bytes);
    ascii += String.fromCharCode(byte);
  }
  return ascii;
}

export function bytesFromText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const out: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= kEscape + 0x80 && code <= kEscape + 0xff) out.push(code - kEscape);
    else out.push(...encoder.encode(character));
  }
  return Uint8Array.from(out);
}

/** Joins as the kernel would read it; `..` stays, because a symbolic link may stand before it. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith('/')) return path;
  if (path === '') return directory;
  return directory.endsWith('/') ? directory + path : `${directory}/${path}`;
}

/** Without `.`, `..` and doubled slashes; used only to choose the file system a path belongs to. */
export function normalPath(path: string): string {
  if (!path.includes('/.') && !path.includes('//') && (path === '/' || !path.endsWith('/'))) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** How many bytes the UTF-8 sequence starting at `at` has, or 0 when it is not valid. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  try {
    strictDecoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

function textFromWideBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    let text = '';
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at);
      if (length === 0) text += String.fromCharCode(kEscape + (bytes[at] ?? 0));
      else text += strictDecoder.decode(bytes.subarray(at, at + length));
      at += Math.max(length, 1);
    }
    return text;
  }
}

/** REQUIRES: a normal path. */
export function isWithin(path: string, directory: string): boolean {
  if (directory === '/' || path === directory) return true;
  return path.startsWith(directory) && path[directory.length] === '/';
}
