// SPDX-License-Identifier: Apache-2.0
// Patterns that stand for the names of files.

import type { HostFiles } from '../common/host-files.ts';
import { fileType, S_IFDIR, S_IFLNK } from '../common/host-files.ts';
import { joinPath } from '../common/path-text.ts';
import { compareText } from './compare.ts';
import { hasWildcards, Pattern, unescapePattern } from './patterns.ts';

/** The names that there are, sorted; none when nothing matches. */
export function expandGlob(files: HostFiles, cwd: string, pattern: string): string[] {
  // A slash is never part of a set, so the pieces can be told apart before they are understood.
  const pieces = pattern.split('/');
  let found = [''];
  pieces.forEach((piece, index) => {
    const last = index === pieces.length - 1;
    found = found.flatMap((prefix) => expandPiece(files, cwd, prefix, piece, last));
  });
  return found.sort(compareText);
}

function expandPiece(files: HostFiles, cwd: string, prefix: string, piece: string, last: boolean): string[] {
  const end = last ? '' : '/';
  if (!hasWildcards(piece)) {
    const path = prefix + unescapePattern(piece) + end;
    return !last || path === '' || exists(files, joinPath(cwd, path)) ? [path] : [];
  }
  const pattern = new Pattern(piece);
  return entries(files, joinPath(cwd, prefix))
    .filter(({ name }) => pattern.showsHidden || !name.startsWith('.'))
    .filter(({ name }) => pattern.matches(name))
    .filter(({ name, mode }) => last || isFolder(files, joinPath(cwd, prefix + name), mode))
    .map(({ name }) => prefix + name + end);
}

function entries(
  files: HostFiles,
  path: string,
): readonly { readonly name: string; readonly mode: number }[] {
  try {
    return [...files.readdir(path), { name: '.', mode: S_IFDIR }, { name: '..', mode: S_IFDIR }];
  } catch {
    // What cannot be read has no names to match.
    return [];
  }
}

function exists(files: HostFiles, path: string): boolean {
  try {
    files.lstat(path);
    return true;
  } catch {
    return false;
  }
}

function isFolder(files: HostFiles, path: string, mode: number): boolean {
  if (fileType(mode) !== S_IFLNK) return fileType(mode) === S_IFDIR;
  try {
    return fileType(files.stat(path).mode) === S_IFDIR;
  } catch {
    return false;
  }
}
