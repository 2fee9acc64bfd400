// SPDX-License-Identifier: Apache-2.0
// rm, rmdir, mkdir, mv, ln, touch, chmod: changes to folders and to what is known of files.

import { fileType, OpenFlag, S_IFDIR } from '../../common/host-files.ts';
import { joinPath } from '../../common/path-text.ts';
import { errorCode, errorText } from '../error-text.ts';
import { isFolder } from '../programs.ts';
import { copyTree } from './cp.ts';
import { lstatOrNull, nameOf, targetPath } from './operands.ts';
import { parseOptions } from './options.ts';
import type { Tool, ToolContext } from './tool.ts';
import { complain, pathOf, ToolError } from './tool.ts';

/** Each operand by itself; 1 when one failed. */
async function forEachPath(
  context: ToolContext,
  paths: readonly string[],
  what: string,
  change: (full: string, path: string) => Promise<void> | void,
): Promise<number> {
  if (paths.length === 0) throw new ToolError('missing operand', 1);
  let status = 0;
  for (const path of paths) {
    try {
      await change(pathOf(context, path), path);
    } catch (error) {
      if (error instanceof ToolError) await complain(context, error.message);
      else await complain(context, `${what} '${path}': ${errorText(error)}`);
      status = 1;
    }
  }
  return status;
}

export const rm: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'rRfivd',
    long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd' },
  });
  const recursive = options.has('r') || options.has('R');
  const force = options.has('f');
  if (options.operands.length === 0 && force) return 0;
  return forEachPath(context, options.operands, 'cannot remove', (full, path) => {
    if (/(?:^|\/)\.\.?\/*$/.test(path))
      throw new ToolError(`refusing to remove '.' or '..' directory: skipping '${path}'`);
    const stat = lstatOrNull(context, full);
    if (!stat && force) return;
    if (stat && fileType(stat.mode) === S_IFDIR) {
      if (options.has('d')) context.host.files.rmdir(full);
      else if (recursive) removeTree(context, full);
      else throw new ToolError(`cannot remove '${path}': Is a directory`);
    } else context.host.files.unlink(full);
  });
};

/** Folders come after what is in them. */
export function removeTree({ host: { files } }: ToolContext, full: string): void {
  const folders = [full];
  // What is found grows the list that is gone through.
  for (const folder of folders) {
    for (const { name, mode } of files.readdir(folder)) {
      const path = joinPath(folder, name);
      if (fileType(mode) === S_IFDIR) folders.push(path);
      else files.unlink(path);
    }
  }
  for (const folder of folders.reverse()) files.rmdir(folder);
}

export const rmdir: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'p' });
  return forEachPath(context, options.operands, 'failed to remove', (full) => {
    context.host.files.rmdir(full.replace(/(?<=.)\/+$/, ''));
  });
};

export const mkdir: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'pm:v', long: { parents: 'p', mode: 'm' } });
  const text = options.value('m');
  if (text !== undefined && !/^[0-7]{1,4}$/.test(text)) throw new ToolError(`invalid mode '${text}'`, 1);
  const plain = 0o777 & ~context.umask;
  const mode = text === undefined ? plain : parseInt(text, 8);
  const { files } = context.host;
  return forEachPath(context, options.operands, 'cannot create directory', (full) => {
    const bare = full.replace(/(?<=.)\/+$/, '');
    if (!options.has('p')) {
      files.mkdir(bare, mode);
      return;
    }
    for (let end = bare.indexOf('/', 1); end >= 0; end = bare.indexOf('/', end + 1))
      ensureFolder(context, bare.slice(0, end), plain);
    ensureFolder(context, bare, mode);
  });
};

function ensureFolder({ host }: ToolContext, full: string, mode: number): void {
  try {
    host.files.mkdir(full, mode);
  } catch (error) {
    if (!isFolder(host, full)) throw error;
  }
}

export const mv: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'finvT', long: { force: 'f', 'no-clobber': 'n' } });
  const { sources, target, into } = targetPath(context, options.operands);
  const { files } = context.host;
  return forEachPath(context, sources, 'cannot move', async (full, path) => {
    files.lstat(full);
    const to = into ? joinPath(target, nameOf(path)) : target;
    if (options.has('n') && lstatOrNull(context, to)) return;
    try {
      files.rename(full, to);
    } catch (error) {
      if (errorCode(error) !== 'EXDEV') throw error;
      await copyTree(context, full, to, true);
      if (fileType(files.lstat(full).mode) === S_IFDIR) removeTree(context, full);
      else files.unlink(full);
    }
  });
};

export const ln: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'sfnvT', long: { symbolic: 's', force: 'f' } });
  const operands = options.operands.length === 1 ? [...options.operands, '.'] : options.operands;
  const { sources, target, into } = targetPath(context, operands);
  const { files } = context.host;
  return forEachPath(context, sources, 'failed to create link to', (full, path) => {
    const to = into ? joinPath(target, nameOf(path)) : target;
    if (options.has('f') && lstatOrNull(context, to)) files.unlink(to);
    if (options.has('s')) files.symlink(path, to);
    else files.link(full, to);
  });
};

export const touch: Tool = async (context) => {
  const options = parseOptions(context.args, {
    letters: 'acmr:d:t:',
    long: { 'no-create': 'c', reference: 'r', date: 'd' },
  });
  const { host } = context;
  const [reference, date] = [options.value('r'), options.value('d')];
  const parsed =
    date === undefined ? null : /^@\d+$/.test(date) ? Number(date.slice(1)) * 1000 : Date.parse(date);
  if (Number.isNaN(parsed) || options.has('t'))
    throw new ToolError(`invalid date format '${date ?? options.value('t') ?? ''}'`, 1);
  const like = reference === undefined ? null : host.files.stat(pathOf(context, reference));
  const time = parsed === null ? 'now' : BigInt(parsed) * 1_000_000n;
  const [onlyAccess, onlyModified] = [options.has('a'), options.has('m')];
  return forEachPath(context, options.operands, 'cannot touch', async (full) => {
    if (!exists(context, full)) {
      if (options.has('c')) return;
      await host.close(await host.open(full, OpenFlag.writeOnly | OpenFlag.create, 0o666 & ~context.umask));
      if (time === 'now' && !like) return;
    }
    const access = onlyModified && !onlyAccess ? 'omit' : (like?.atimeNs ?? time);
    const modified = onlyAccess && !onlyModified ? 'omit' : (like?.mtimeNs ?? time);
    host.files.utimes(full, access, modified, true);
  });
};

function exists({ host }: ToolContext, full: string): boolean {
  try {
    host.files.stat(full);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

export const chmod: Tool = async (context) => {
  const [mode, ...paths] = context.args.filter((arg) => arg !== '--');
  if (mode === undefined) throw new ToolError('missing operand', 1);
  return forEachPath(context, paths, 'cannot change mode of', (full) => {
    const { mode: before } = context.host.files.stat(full);
    context.host.files.chmod(full, changedMode(mode, before & 0o7777, context.umask));
  });
};

const kWho: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
const kPermissions: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };

/** An octal number, or u+x,go=r. */
function changedMode(text: string, before: number, umask: number): number {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8);
  return text.split(',').reduce((mode, clause) => {
    const [all, who = '', operator = '', letters = ''] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause) ?? [];
    if (all === undefined) throw new ToolError(`invalid mode: '${text}'`, 1);
    const mask =
      who === '' ? 0o777 & ~umask : Array.from(who).reduce((bits, letter) => bits | (kWho[letter] ?? 0), 0);
    const bits =
      Array.from(letters).reduce(
        (sum, letter) => sum | (kPermissions[letter] ?? (mode & 0o111 ? 0o111 : 0)),
        0,
      ) & mask;
    return operator === '+' ? mode | bits : operator === '-' ? mode & ~bits : (mode & ~mask) | bits;
  }, before);
}
