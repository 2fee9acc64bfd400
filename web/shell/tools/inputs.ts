// SPDX-License-Identifier: Apache-2.0
// What most tools do with their operands: read each file, and standard input for `-` or when there is none.

import { withFile } from '../files.ts';
import { isFolder } from '../programs.ts';
import { HostError } from '../../common/errno.ts';
import type { ByteSource } from '../streams.ts';
import { Killed } from '../jobs.ts';
import type { ToolContext } from './tool.ts';
import { complainOf, pathOf, ToolError } from './tool.ts';

/** Calls `read` for each. Resolves to 1 when one could not be read, about which it has complained. */
export async function forEachInput(
  context: ToolContext,
  names: readonly string[],
  read: (source: ByteSource, name: string) => Promise<void>,
): Promise<0 | 1> {
  let status: 0 | 1 = 0;
  for (const name of names.length > 0 ? names : ['-']) {
    try {
      await withInput(context, name, (source) => read(source, name));
    } catch (error) {
      if (error instanceof ToolError || error instanceof Killed) throw error;
      await complainOf(context, name, error);
      status = 1;
    }
  }
  return status;
}

/** The host's /dev is about its own descriptors. */
export function isStandardInput(name: string): boolean {
  return name === '-' || name === '/dev/stdin' || name === '/dev/fd/0';
}

export async function withInput<T>(
  context: ToolContext,
  name: string,
  read: (source: ByteSource) => Promise<T>,
): Promise<T> {
  if (isStandardInput(name)) return read(context.input);
  const path = pathOf(context, name);
  if (isFolder(context.host, path)) throw new HostError('EISDIR');
  return withFile(context.host, path, read, context.guard);
}
