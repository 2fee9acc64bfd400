// SPDX-License-Identifier: Apache-2.0
// The files of a zip archive that lies in memory, read only. Its members are stored, not compressed, so that opening
// and reading one copies nothing but the bytes the program asks for: the standard library in the browser.

import { HostError, type ErrnoName } from './errno.ts';
import {
  fileType,
  OpenFlag,
  S_IFDIR,
  S_IFREG,
  type Handle,
  type HostEntry,
  type HostFiles,
  type HostStat,
} from './host-files.ts';

const EndOfDirectory = { signature: 0x06054b50, size: 22, entryCount: 10, directoryOffset: 16 } as const;
const DirectoryEntry = {
  signature: 0x02014b50,
  size: 46,
  method: 10,
  time: 12,
  date: 14,
  length: 24,
  nameLength: 28,
  extraLength: 30,
  commentLength: 32,
  localOffset: 42,
} as const;
const LocalHeader = { signature: 0x04034b50, size: 30, nameLength: 26, extraLength: 28 } as const;
const kStored = 0;
const kWriteAccess = 2;

interface Member {
  readonly ino: bigint;
  readonly mode: number;
  readonly mtimeNs: bigint;
  readonly bytes: Uint8Array;
  /** Directories only. */
  readonly children: Map<string, Member>;
}

/** While it is being read. */
interface Tree {
  readonly root: Member;
  nextDirectory: bigint;
}

const kNoBytes = new Uint8Array(0);

export class ArchiveFiles implements HostFiles {
  readonly #at: string;
  readonly #root: Member;
  readonly #open = new Map<Handle, Member>();
  #nextHandle = 1;

  /** `at` is where the archive is mounted. Throws when it is not an archive of stored members. */
  constructor(archive: ArrayBuffer, at: string) {
    this.#at = at;
    try {
      this.#root = readArchive(archive);
    } catch (error) {
      // Offsets and lengths that lead out of it.
      throw error instanceof RangeError ? damaged() : error;
    }
  }

  stat(path: string): HostStat {
    return statOf(this.#find(path));
  }

  lstat(path: string): HostStat {
    return statOf(this.#find(path));
  }

  readdir(path: string): HostEntry[] {
    const directory = this.#find(path);
    if (fileType(directory.mode) !== S_IFDIR) throw new HostError('ENOTDIR');
    return [...directory.children].map(([name, { ino, mode }]) => ({ name, ino, mode }));
  }

  readlink(path: string): string {
    this.#find(path);
    throw new HostError('EINVAL');
  }

  realpath(path: string): string {
    this.#find(path);
    const parts: string[] = [];
    for (const part of path.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  }

  access(path: string, mode: number): void {
    this.#find(path);
    if (mode & kWriteAccess) throw new HostError('EROFS');
  }

  open(path: string, flags: number): Handle {
    const member = this.#findForOpen(path, flags);
    if ((flags & OpenFlag.directory) === OpenFlag.directory && fileType(member.mode) !== S_IFDIR) {
      throw new HostError('ENOTDIR');
    }
    if (flags & (OpenFlag.accessMode | OpenFlag.truncate)) {
      throw new HostError(fileType(member.mode) === S_IFDIR ? 'EISDIR' : 'EROFS');
    }
    this.#open.set(this.#nextHandle, member);
    return this.#nextHandle++;
  }

  close(handle: Handle): void {
    if (!this.#open.delete(handle)) throw new HostError('EBADF');
  }

  fstat(handle: Handle): HostStat {
    return statOf(this.#member(handle));
  }

  read(handle: Handle, into: Uint8Array, position: number | null): number {
    const { bytes } = this.#member(handle);
    const part = bytes.subarray(position ?? 0, (position ?? 0) + into.length);
    into.set(part);
    return part.length;
  }

  fsync(handle: Handle): void {
    this.#member(handle);
  }

  mkdir = refuse;
  symlink = refuse;
  rmdir = this.#refuseFound;
  unlink = this.#refuseFound;
  rename = this.#refuseFound;
  link = this.#refuseFound;
  chmod = this.#refuseFound;
  chown = this.#refuseFound;
  utimes = this.#refuseFound;
  truncate = this.#refuseFound;
  write = refuse;
  ftruncate = refuse;
  fchmod = refuse;
  fchown = refuse;
  futimes = refuse;

  /** What is not there cannot be removed either, and programs that clean up ask for that. */
  #refuseFound(path: string): never {
    this.#find(path);
    return refuse();
  }

  #findForOpen(path: string, flags: number): Member {
    try {
      const member = this.#find(path);
      if (flags & OpenFlag.create && flags & OpenFlag.exclusive) throw new HostError('EEXIST');
      return member;
    } catch (error) {
      const isMissing = error instanceof HostError && error.code === 'ENOENT';
      throw isMissing && flags & OpenFlag.create ? new HostError('EROFS') : error;
    }
  }

  #member(handle: Handle): Member {
    const member = this.#open.get(handle);
    if (!member) throw new HostError('EBADF');
    return member;
  }

  /** There are no links here, so `..` is simply the directory above. */
  #find(path: string): Member {
    const trail = [this.#root];
    for (const part of path.slice(this.#at.length).split('/')) {
      const current = trail.at(-1) ?? this.#root;
      if (part === '' || part === '.') continue;
      if (fileType(current.mode) !== S_IFDIR) throw new HostError('ENOTDIR');
      if (part === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const next = current.children.get(part);
      if (!next) throw new HostError('ENOENT');
      trail.push(next);
    }
    return trail.at(-1) ?? this.#root;
  }
}

function refuse(): never {
  const code: ErrnoName = 'EROFS';
  throw new HostError(code);
}

function statOf({ ino, mode, mtimeNs, bytes }: Member): HostStat {
  return {
    dev: 1,
    ino,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: bytes.length,
    blksize: 65536,
    blocks: Math.ceil(bytes.length / 512),
    atimeNs: mtimeNs,
    mtimeNs,
    ctimeNs: mtimeNs,
  };
}

function readArchive(archive: ArrayBuffer): Member {
  const view = new DataView(archive);
  const text = new TextDecoder();
  const end = findEndOfDirectory(view);
  const count = view.getUint16(end + EndOfDirectory.entryCount, true);
  // Archives need not list directories; their numbers lie above those of all listed members.
  const tree: Tree = { root: makeDirectory(1n, 0n), nextDirectory: BigInt(count + 2) };
  let at = view.getUint32(end + EndOfDirectory.directoryOffset, true);
  for (let index = 0; index < count; index++) {
    if (view.getUint32(at, true) !== DirectoryEntry.signature) throw damaged();
    const nameLength = view.getUint16(at + DirectoryEntry.nameLength, true);
    const name = text.decode(new Uint8Array(archive, at + DirectoryEntry.size, nameLength));
    if (view.getUint16(at + DirectoryEntry.method, true) !== kStored) {
      throw new Error(`the archive has a compressed member, ${name}`);
    }
    addMember(tree, name, BigInt(index + 2), dosTime(view, at), () => memberBytes(view, at));
    at +=
      DirectoryEntry.size +
      nameLength +
      view.getUint16(at + DirectoryEntry.extraLength, true) +
      view.getUint16(at + DirectoryEntry.commentLength, true);
  }
  return tree.root;
}

function damaged(): Error {
  return new Error('the archive is damaged');
}

function findEndOfDirectory(view: DataView): number {
  // A comment of up to 65535 bytes may follow it.
  for (let at = view.byteLength - EndOfDirectory.size; at >= 0 && at > view.byteLength - 65558; at--) {
    if (view.getUint32(at, true) === EndOfDirectory.signature) return at;
  }
  throw new Error('this is not a zip archive');
}

function memberBytes(view: DataView<ArrayBuffer>, entry: number): Uint8Array {
  const local = view.getUint32(entry + DirectoryEntry.localOffset, true);
  if (view.getUint32(local, true) !== LocalHeader.signature) throw damaged();
  const start =
    local +
    LocalHeader.size +
    view.getUint16(local + LocalHeader.nameLength, true) +
    view.getUint16(local + LocalHeader.extraLength, true);
  return new Uint8Array(view.buffer, start, view.getUint32(entry + DirectoryEntry.length, true));
}

function addMember(tree: Tree, path: string, ino: bigint, mtimeNs: bigint, bytes: () => Uint8Array): void {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let directory = tree.root;
  for (const part of parts) directory = subdirectory(tree, directory, part, mtimeNs);
  if (name === '') return; // the entry of a directory
  if (!isName(name) || directory.children.has(name)) throw damaged();
  directory.children.set(name, {
    ino,
    mode: S_IFREG | 0o444,
    mtimeNs,
    bytes: bytes(),
    children: new Map(),
  });
}

function subdirectory(tree: Tree, directory: Member, name: string, mtimeNs: bigint): Member {
  const known = directory.children.get(name);
  if (known && fileType(known.mode) === S_IFDIR) return known;
  if (known || !isName(name)) throw damaged();
  const made = makeDirectory(tree.nextDirectory++, mtimeNs);
  directory.children.set(name, made);
  return made;
}

/** What a directory may list. */
function isName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('\0');
}

function makeDirectory(ino: bigint, mtimeNs: bigint): Member {
  return { ino, mode: S_IFDIR | 0o555, mtimeNs, bytes: kNoBytes, children: new Map() };
}

/** Date and time as MS-DOS packed them, taken as UTC. */
function dosTime(view: DataView, entry: number): bigint {
  const time = view.getUint16(entry + DirectoryEntry.time, true);
  const date = view.getUint16(entry + DirectoryEntry.date, true);
  const milliseconds = Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
  return BigInt(milliseconds) * 1_000_000n;
}
