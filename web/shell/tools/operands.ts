// SPDX-License-Identifier: Apache-2.0
// Operands that are files: what is there, what it is called, and where it goes.

import type { HostStat } from '../../common/host-files.ts';
import { errorCode } from '../error-text.ts';
import { isFolder } from '../programs.ts';
import type { ToolContext } from './tool.ts';
import { pathOf, ToolError } from './tool.ts';

export function lstatOrNull(context: ToolContext, full: string): HostStat | null {
  try {
    return context.host.files.lstat(full);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

export function nameOf(path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare.slice(bare.lastIndexOf('/') + 1);
}

/** The last operand is where the others go; several go into a folder. */
export function targetPath(context: ToolContext, operands: readonly string[]) {
  const last = operands.at(-1);
  const sources = operands.slice(0, -1);
  if (last === undefined) throw new ToolError('missing file operand', 1);
  if (sources.length === 0) throw new ToolError(`missing destination file operand after '${last}'`, 1);
  const target = pathOf(context, last);
  const into = isFolder(context.host, target);
  if (!into && sources.length > 1) throw new ToolError(`target '${last}' is not a directory`, 1);
  return { sources, target, into } as const;
}
