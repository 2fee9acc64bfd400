// SPDX-License-Identifier: Apache-2.0
// Redirections change the table of descriptors, for one command or, with exec, for good.

import { OpenFlag } from '../common/host-files.ts';
import { bytesFromText, joinPath } from '../common/path-text.ts';
import { HostChannel, SharedChannel } from './channel.ts';
import { errorCode, errorText } from './error-text.ts';
import type { Expansion } from './expansion.ts';
import { ShellError } from './leaving.ts';
import { MemoryPipe } from './memory-pipe.ts';
import type { Shell } from './shell-state.ts';
import type { Redirection, RedirectionKind } from './syntax.ts';

/** A redirection that could not be made; the command is not run. */
export class RedirectionError extends ShellError {}

const kCreate = OpenFlag.writeOnly | OpenFlag.create;
const kFlags: Readonly<Partial<Record<RedirectionKind, number>>> = {
  '<': 0,
  '>': kCreate | OpenFlag.truncate,
  '>|': kCreate | OpenFlag.truncate,
  '>>': kCreate | OpenFlag.append,
  '<>': OpenFlag.readWrite | OpenFlag.create,
};
const kMode = 0o666;
const kOwnDescriptor = /^\/dev\/(?:fd\/(\d{1,4})|stdin|stdout|stderr)$/;
const kStandard: Readonly<Record<string, string>> = {
  '/dev/stdin': '0',
  '/dev/stdout': '1',
  '/dev/stderr': '2',
};

export class Redirected {
  readonly #shell: Shell;
  readonly #saved: [number: number, channel: SharedChannel | undefined][] = [];

  private constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** All of them, or none. */
  static async apply(
    shell: Shell,
    expansion: Expansion,
    redirections: readonly Redirection[],
  ): Promise<Redirected> {
    const made = new Redirected(shell);
    try {
      for (const redirection of redirections) {
        const channel = await made.#channel(redirection, expansion);
        made.#saved.push([
          redirection.descriptor,
          shell.descriptors.replace(redirection.descriptor, channel),
        ]);
      }
    } catch (error) {
      await made.undo();
      throw error;
    }
    return made;
  }

  async undo(): Promise<void> {
    for (const [number, channel] of this.#saved.splice(0).reverse())
      await this.#shell.descriptors.replace(number, channel)?.release();
  }

  /** From now on it was always so. */
  async keep(): Promise<void> {
    for (const [, channel] of this.#saved.splice(0)) await channel?.release();
  }

  async #channel(redirection: Redirection, expansion: Expansion): Promise<SharedChannel | undefined> {
    const { host, breath } = this.#shell.world;
    const text = await expansion.text(redirection.target.word);
    if (redirection.kind === '<<') return new SharedChannel(MemoryPipe.of(host, breath, bytesFromText(text)));
    if (redirection.kind === '<&' || redirection.kind === '>&') return this.#duplicate(text);
    // The host's /dev is about its own descriptors.
    const own = kOwnDescriptor.exec(text);
    if (own) return this.#duplicate(own[1] ?? kStandard[own[0]] ?? '');
    return this.#open(redirection.kind, text);
  }

  #duplicate(text: string): SharedChannel | undefined {
    if (text === '-') return undefined;
    if (!/^\d{1,4}$/.test(text)) throw new RedirectionError('Syntax error: Bad fd number');
    const channel = this.#shell.descriptors.get(Number(text));
    if (!channel) throw new RedirectionError(`${text}: Bad file descriptor`);
    return channel.hold();
  }

  async #open(kind: RedirectionKind, path: string): Promise<SharedChannel> {
    const { host, umask, cwd } = this.#shell;
    const flags = kFlags[kind] ?? 0;
    try {
      if (path === '') throw Object.assign(new Error('no path'), { code: 'ENOENT' });
      const fd = await host.open(joinPath(cwd, path), flags, kMode & ~umask);
      return new SharedChannel(new HostChannel(host, fd));
    } catch (error) {
      throw new RedirectionError(openComplaint(path, flags, error));
    }
  }
}

function openComplaint(path: string, flags: number, error: unknown): string {
  const creates = (flags & OpenFlag.create) !== 0;
  const missing = creates ? 'Directory nonexistent' : 'No such file';
  const text = errorCode(error) === 'ENOENT' ? missing : errorText(error);
  return `cannot ${creates ? 'create' : 'open'} ${path}: ${text}`;
}
