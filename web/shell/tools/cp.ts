// SPDX-License-Identifier: Apache-2.0
// cp: files and, with -r, folders.

import { fileType, S_IFDIR, S_IFLNK, S_IFREG } from '../../common/host-files.ts';
import { joinPath, normalPath } from '../../common/path-text.ts';
import { errorText } from '../error-text.ts';
import { createFile, withFile } from '../files.ts';
import { isFolder } from '../programs.ts';
import { lstatOrNull, nameOf, targetPath } from './operands.ts';
import { parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complain, pathOf, ToolError } from './tool.ts';

export const cp: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'rRapfinvdPLT',
    long: { recursive: 'r', archive: 'a', force: 'f', 'no-clobber': 'n' },
  });
  const { sources, target, into } = targetPath(context, options.operands);
  const recursive = ['r', 'R', 'a'].some((letter) => options.has(letter));
  const keepTimes = options.has('p') || options.has('a');
  const { files } = context.host;
  let status = 0;
  for (const path of sources) {
    const from = pathOf(context, path);
    const to = into ? joinPath(target, nameOf(path)) : target;
    try {
      if (options.has('n') && lstatOrNull(context, to)) continue;
      const stat = recursive ? files.lstat(from) : files.stat(from);
      if (fileType(stat.mode) !== S_IFDIR) await copyOne(context, from, to, keepTimes, recursive);
      else if (recursive) await copyTree(context, from, to, keepTimes);
      else throw new ToolError(`-r not specified; omitting directory '${path}'`, 1);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await complain(
        context,
        error instanceof ToolError ? error.message : `cannot copy '${path}': ${errorText(error)}`,
      );
      status = 1;
    }
  }
  return status;
};

/** A file, a link as a link, or a folder with all that is in it. */
export async function copyTree(
  context: ToolContext,
  from: string,
  to: string,
  keepTimes: boolean,
): Promise<void> {
  const { files } = context.host;
  if (normalPath(`${to}/`).startsWith(`${normalPath(from)}/`))
    throw new ToolError(`cannot copy a directory, '${from}', into itself, '${to}'`, 1);
  const left: (readonly [from: string, to: string])[] = [[from, to]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [source, target] = next;
    const stat = files.lstat(source);
    if (fileType(stat.mode) !== S_IFDIR) {
      await copyOne(context, source, target, keepTimes, true);
      continue;
    }
    if (!isFolder(context.host, target)) files.mkdir(target, (stat.mode & 0o777 & ~context.umask) | 0o700);
    for (const { name } of files.readdir(source)) left.push([joinPath(source, name), joinPath(target, name)]);
  }
}

async function copyOne(
  context: ToolContext,
  from: string,
  to: string,
  keepTimes: boolean,
  keepLinks: boolean,
): Promise<void> {
  const { host } = context;
  const stat = keepLinks ? host.files.lstat(from) : host.files.stat(from);
  if (fileType(stat.mode) === S_IFLNK) {
    if (lstatOrNull(context, to)) host.files.unlink(to);
    host.files.symlink(host.files.readlink(from), to);
    return;
  }
  const there = lstatOrNull(context, to);
  if (there && there.ino === stat.ino && there.dev === stat.dev && fileType(stat.mode) === S_IFREG)
    throw new ToolError(`'${from}' and '${to}' are the same file`, 1);
  await withFile(
    host,
    from,
    async (source) => {
      const file = await createFile(host, to, stat.mode & 0o777 & ~context.umask);
      try {
        for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read())
          await file.write(bytes);
      } finally {
        await file.close();
      }
    },
    context.guard,
  );
  if (keepTimes) host.files.utimes(to, stat.atimeNs, stat.mtimeNs, true);
}
