// SPDX-License-Identifier: Apache-2.0
// Files of the host as sources and targets of bytes.

import { OpenFlag } from '../common/host-files.ts';
import { HostChannel } from './channel.ts';
import type { ShellHost } from './shell-host.ts';
import type { ByteSource, Guard } from './streams.ts';
import { decodeText, Input, readAll } from './streams.ts';

const kNoGuard: Guard = (wait) => wait;

/** Opens the file for as long as it is read. */
export async function withFile<T>(
  host: ShellHost,
  path: string,
  read: (source: ByteSource) => Promise<T>,
  guard = kNoGuard,
): Promise<T> {
  const channel = new HostChannel(host, await host.open(path, 0, 0));
  try {
    return await read(new Input(channel, guard));
  } finally {
    await channel.close();
  }
}

/** Opens the file for writing and makes it empty first, unless `append`. */
export async function createFile(
  host: ShellHost,
  path: string,
  mode: number,
  append = false,
): Promise<HostChannel> {
  const flags = OpenFlag.writeOnly | OpenFlag.create | (append ? OpenFlag.append : OpenFlag.truncate);
  return new HostChannel(host, await host.open(path, flags, mode));
}

/** Null when it cannot be read. */
export async function readFileText(host: ShellHost, path: string): Promise<string | null> {
  try {
    return decodeText(await withFile(host, path, readAll));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
