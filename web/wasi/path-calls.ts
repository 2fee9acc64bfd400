// SPDX-License-Identifier: Apache-2.0
// What a program of WASI does with paths below a folder that it has opened.

import { putStatus, setTimes } from './descriptor-calls.ts';
import { Descriptor } from './descriptors.ts';
import type { Calls, HostState } from './host-state.ts';
import { MemoryFolder, MemoryLink, type LastLink } from './memory-files.ts';
import { Errno, LookupFlag, OpenFlag, Right } from './preview1.ts';
import { Refusal } from './refusal.ts';

function lastLinkOf(flags: number): LastLink {
  return (flags & LookupFlag.followLinks) !== 0 ? 'follow' : 'keep';
}

interface Opening {
  readonly lookup: number;
  readonly openFlags: number;
  readonly rights: bigint;
  readonly inheriting: bigint;
  readonly fdFlags: number;
}

/** The new descriptor. What its folder does not pass on, it does not get. */
function open(host: HostState, parent: Descriptor, path: string, how: Opening): number {
  const folder = parent.requireFolder();
  const has = (flag: number): boolean => (how.openFlags & flag) !== 0;
  const rights = how.rights & parent.inheriting;
  const mayWrite = (rights & Right.fdWrite) !== 0n;
  const missing = how.rights & ~rights;
  if ((missing & (Right.fdRead | Right.fdWrite)) !== 0n) throw new Refusal(Errno.notcapable);
  const target = host.files.open(folder, path, {
    lastLink: lastLinkOf(how.lookup),
    creates: has(OpenFlag.create),
    isExclusive: has(OpenFlag.exclusive),
    truncates: has(OpenFlag.truncate),
    wantsFolder: has(OpenFlag.directory),
  });
  if (target instanceof MemoryFolder && mayWrite) throw new Refusal(Errno.isdir);
  const inheriting = how.inheriting & parent.inheriting;
  return host.descriptors.add(new Descriptor(target, rights, inheriting, how.fdFlags));
}

/** Calls with two paths. */
function pairCalls(host: HostState): Calls {
  const { files } = host;
  return {
    path_link: (
      fromFd: number,
      flags: number,
      from: number,
      fromLength: number,
      fd: number,
      path: number,
      length: number,
    ) => {
      const [source, name] = [host.path(from, fromLength), host.path(path, length)];
      files.link(host.folder(fromFd), source, lastLinkOf(flags), host.folder(fd), name);
      return Errno.success;
    },
    path_rename: (
      fromFd: number,
      from: number,
      fromLength: number,
      fd: number,
      path: number,
      length: number,
    ) => {
      const [source, name] = [host.path(from, fromLength), host.path(path, length)];
      files.rename(host.folder(fromFd), source, host.folder(fd), name);
      return Errno.success;
    },
    path_symlink: (target: number, targetLength: number, fd: number, path: number, length: number) => {
      files.symlink(host.path(target, targetLength), host.folder(fd), host.path(path, length));
      return Errno.success;
    },
  };
}

function statusCalls(host: HostState): Calls {
  const { files, memory } = host;
  return {
    path_filestat_get: (fd: number, flags: number, path: number, length: number, result: number) =>
      putStatus(host, result, files.find(host.folder(fd), host.path(path, length), lastLinkOf(flags))),
    path_filestat_set_times: (
      fd: number,
      flags: number,
      path: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      timeFlags: number,
    ) => {
      const node = files.find(host.folder(fd), host.path(path, length), lastLinkOf(flags));
      return setTimes(host, node, accessed, modified, timeFlags);
    },
    path_readlink: (
      fd: number,
      path: number,
      length: number,
      address: number,
      room: number,
      result: number,
    ) => {
      const node = files.find(host.folder(fd), host.path(path, length), 'keep');
      if (!(node instanceof MemoryLink)) throw new Refusal(Errno.inval);
      const target = new TextEncoder().encode(node.target).subarray(0, room);
      memory.bytes(address, target.length).set(target);
      memory.setU32(result, target.length);
      return Errno.success;
    },
  };
}

export function pathCalls(host: HostState): Calls {
  const { files, memory, descriptors } = host;
  return {
    ...pairCalls(host),
    ...statusCalls(host),
    path_open: (
      fd: number,
      lookup: number,
      path: number,
      length: number,
      openFlags: number,
      rights: bigint,
      inheriting: bigint,
      fdFlags: number,
      result: number,
    ) => {
      const how = { lookup, openFlags, rights, inheriting, fdFlags };
      memory.setU32(result, open(host, descriptors.get(fd), host.path(path, length), how));
      return Errno.success;
    },
    path_create_directory: (fd: number, path: number, length: number) => {
      files.makeFolder(host.folder(fd), host.path(path, length));
      return Errno.success;
    },
    path_remove_directory: (fd: number, path: number, length: number) => {
      files.removeFolder(host.folder(fd), host.path(path, length));
      return Errno.success;
    },
    path_unlink_file: (fd: number, path: number, length: number) => {
      files.unlink(host.folder(fd), host.path(path, length));
      return Errno.success;
    },
  };
}
