// SPDX-License-Identifier: Apache-2.0
// Files that are nowhere but in memory: what POSIX says of files, folders and links, with WASI's error numbers.
// Who asks names a folder that it has opened and a path below it; no path leads out of that folder.

import { Errno, FileType, type Filestat } from './preview1.ts';
import { Refusal } from './refusal.ts';

const kLongestName = 255;
const kMostLinks = 40;
const kLargestFile = 0x7fff_ffff;
const kSmallestBuffer = 512;

export type Clock = () => bigint;

/** What files, folders and links have in common. */
abstract class Node {
  readonly inode: bigint;
  abstract readonly type: FileType;
  abstract readonly size: number;
  accessed: bigint;
  modified: bigint;
  changed: bigint;

  constructor(inode: bigint, now: bigint) {
    this.inode = inode;
    this.accessed = this.modified = this.changed = now;
  }

  abstract get linkCount(): number;

  status(): Filestat {
    return {
      inode: this.inode,
      type: this.type,
      links: BigInt(this.linkCount),
      size: BigInt(this.size),
      times: [this.accessed, this.modified, this.changed],
    };
  }

  touch(now: bigint): void {
    this.modified = this.changed = now;
  }
}

export class MemoryFile extends Node {
  readonly type = FileType.regularFile;
  links = 0;
  #bytes = new Uint8Array();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get linkCount(): number {
    return this.links;
  }

  /** How many bytes there were at that place. */
  read(into: Uint8Array, position: number): number {
    const part = this.#bytes.subarray(position, Math.min(position + into.length, this.#size));
    into.set(part);
    return part.length;
  }

  write(from: Uint8Array, position: number): void {
    if (from.length === 0) return;
    const end = position + from.length;
    if (end > this.#size) this.resize(end);
    this.#bytes.set(from, position);
  }

  /** What is new is zero. */
  resize(size: number): void {
    if (size > kLargestFile) throw new Refusal(Errno.fbig);
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    else if (size > this.#bytes.length) this.#grow(size);
    this.#size = size;
  }

  #grow(size: number): void {
    const room = Math.min(Math.max(size, this.#bytes.length * 2, kSmallestBuffer), kLargestFile);
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = new Uint8Array(room);
    } catch {
      throw new Refusal(Errno.nospc);
    }
    bytes.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = bytes;
  }
}

export class MemoryFolder extends Node {
  readonly type = FileType.directory;
  readonly size = 0;
  readonly entries = new Map<string, MemoryNode>();
  /** Itself for the root. */
  parent: MemoryFolder = this;
  isRemoved = false;

  get linkCount(): number {
    const folders = [...this.entries.values()].filter((node) => node instanceof MemoryFolder);
    return this.isRemoved ? 0 : 2 + folders.length;
  }

  holds(other: MemoryFolder): boolean {
    for (let folder = other; ; folder = folder.parent) {
      if (folder === this) return true;
      if (folder.parent === folder) return false;
    }
  }
}

export class MemoryLink extends Node {
  readonly type = FileType.symbolicLink;
  readonly target: string;
  links = 0;

  constructor(inode: bigint, now: bigint, target: string) {
    super(inode, now);
    this.target = target;
  }

  get size(): number {
    return new TextEncoder().encode(this.target).length;
  }

  get linkCount(): number {
    return this.links;
  }
}

export type MemoryNode = MemoryFile | MemoryFolder | MemoryLink;

/** Where a path leads: to a node, or to a name that is free. The name is empty for ".", ".." and the root. */
interface Place {
  readonly folder: MemoryFolder;
  readonly name: string;
  readonly node: MemoryNode | undefined;
  /** The path ends in a slash. */
  readonly isFolderMeant: boolean;
}

/** What to do with a link that is the end of a path. */
export type LastLink = 'follow' | 'keep';

export interface Opening {
  readonly lastLink: LastLink;
  readonly creates: boolean;
  readonly isExclusive: boolean;
  readonly truncates: boolean;
  readonly wantsFolder: boolean;
}

function checkName(name: string): void {
  if (name.length * 3 > kLongestName && new TextEncoder().encode(name).length > kLongestName)
    throw new Refusal(Errno.nametoolong);
}

export class MemoryFiles {
  readonly root: MemoryFolder;
  readonly #now: Clock;
  #nextInode = 1n;

  constructor(now: Clock) {
    this.#now = now;
    this.root = new MemoryFolder(this.#nextInode++, now());
  }

  /** The node at the end of a path. */
  find(base: MemoryFolder, path: string, lastLink: LastLink): MemoryNode {
    const { node } = this.#locate(base, path, lastLink);
    if (node === undefined) throw new Refusal(Errno.noent);
    return node;
  }

  open(base: MemoryFolder, path: string, how: Opening): MemoryFile | MemoryFolder {
    const mayFollow = how.lastLink === 'follow' && !(how.creates && how.isExclusive);
    const place = this.#locate(base, path, mayFollow ? 'follow' : 'keep');
    const { node } = place;
    if (node === undefined) {
      if (!how.creates) throw new Refusal(Errno.noent);
      if (how.wantsFolder) throw new Refusal(Errno.inval);
      if (place.isFolderMeant) throw new Refusal(Errno.isdir);
      const file = new MemoryFile(this.#nextInode++, this.#now());
      this.#enter(place, file);
      return file;
    }
    if (how.creates && how.isExclusive) throw new Refusal(Errno.exist);
    if (node instanceof MemoryLink) throw new Refusal(how.wantsFolder ? Errno.notdir : Errno.loop);
    if (node instanceof MemoryFile) {
      if (how.wantsFolder) throw new Refusal(Errno.notdir);
      if (how.truncates) this.resize(node, 0);
    } else if (how.creates || how.truncates) {
      throw new Refusal(Errno.isdir);
    }
    return node;
  }

  read(file: MemoryFile, into: Uint8Array, position: number): number {
    file.accessed = this.#now();
    return file.read(into, position);
  }

  write(file: MemoryFile, from: Uint8Array, position: number): void {
    file.write(from, position);
    file.touch(this.#now());
  }

  resize(file: MemoryFile, size: number): void {
    file.resize(size);
    file.touch(this.#now());
  }

  makeFolder(base: MemoryFolder, path: string): MemoryFolder {
    const place = this.#locate(base, path, 'keep');
    if (place.node !== undefined) throw new Refusal(Errno.exist);
    const folder = new MemoryFolder(this.#nextInode++, this.#now());
    this.#enter(place, folder);
    folder.parent = place.folder;
    return folder;
  }

  removeFolder(base: MemoryFolder, path: string): void {
    const place = this.#locate(base, path, 'keep');
    const { node } = place;
    if (node === undefined) throw new Refusal(Errno.noent);
    if (!(node instanceof MemoryFolder)) throw new Refusal(Errno.notdir);
    if (place.name === '') throw new Refusal(node === this.root ? Errno.busy : Errno.inval);
    this.#removeEmpty(place, node);
  }

  unlink(base: MemoryFolder, path: string): void {
    const place = this.#locate(base, path, 'keep');
    const { node } = place;
    if (node === undefined) throw new Refusal(Errno.noent);
    if (node instanceof MemoryFolder) throw new Refusal(Errno.isdir);
    if (place.isFolderMeant) throw new Refusal(Errno.notdir);
    this.#leave(place, node);
  }

  symlink(target: string, base: MemoryFolder, path: string): void {
    if (target === '') throw new Refusal(Errno.noent);
    const place = this.#locate(base, path, 'keep');
    if (place.node !== undefined) throw new Refusal(Errno.exist);
    if (place.isFolderMeant) throw new Refusal(Errno.noent);
    this.#enter(place, new MemoryLink(this.#nextInode++, this.#now(), target));
  }

  link(fromBase: MemoryFolder, fromPath: string, lastLink: LastLink, base: MemoryFolder, path: string): void {
    const from = this.#locate(fromBase, fromPath, lastLink);
    const { node } = from;
    if (node === undefined) throw new Refusal(Errno.noent);
    if (node instanceof MemoryFolder) throw new Refusal(Errno.perm);
    const place = this.#locate(base, path, 'keep');
    if (place.node !== undefined) throw new Refusal(Errno.exist);
    if (place.isFolderMeant) throw new Refusal(Errno.noent);
    this.#enter(place, node);
    node.changed = this.#now();
  }

  rename(fromBase: MemoryFolder, fromPath: string, base: MemoryFolder, path: string): void {
    const from = this.#locate(fromBase, fromPath, 'keep');
    const to = this.#locate(base, path, 'keep');
    const { node } = from;
    if (node === undefined) throw new Refusal(Errno.noent);
    if (from.name === '' || (to.name === '' && to.node !== undefined)) throw new Refusal(Errno.busy);
    if (to.node === node) return;
    if (node instanceof MemoryFolder) this.#checkFolderMove(node, to);
    else if (to.isFolderMeant) throw new Refusal(Errno.notdir);
    else if (to.node instanceof MemoryFolder) throw new Refusal(Errno.isdir);
    if (to.folder.isRemoved) throw new Refusal(Errno.noent);
    if (to.node instanceof MemoryFolder) this.#removeEmpty(to, to.node);
    else if (to.node !== undefined) this.#leave(to, to.node);
    from.folder.entries.delete(from.name);
    to.folder.entries.set(to.name, node);
    if (node instanceof MemoryFolder) node.parent = to.folder;
    const now = this.#now();
    from.folder.touch(now);
    to.folder.touch(now);
    node.changed = now;
  }

  #checkFolderMove(folder: MemoryFolder, to: Place): void {
    if (folder.holds(to.folder)) throw new Refusal(Errno.inval);
    if (to.node === undefined) return;
    if (!(to.node instanceof MemoryFolder)) throw new Refusal(Errno.notdir);
    if (to.node.entries.size > 0) throw new Refusal(Errno.notempty);
  }

  #removeEmpty(place: Place, folder: MemoryFolder): void {
    if (folder.entries.size > 0) throw new Refusal(Errno.notempty);
    place.folder.entries.delete(place.name);
    place.folder.touch(this.#now());
    folder.isRemoved = true;
  }

  #leave({ folder, name }: Place, node: MemoryFile | MemoryLink): void {
    const now = this.#now();
    folder.entries.delete(name);
    folder.touch(now);
    node.links -= 1;
    node.changed = now;
  }

  #enter({ folder, name }: Place, node: MemoryNode): void {
    if (folder.isRemoved) throw new Refusal(Errno.noent);
    folder.entries.set(name, node);
    folder.touch(this.#now());
    if (!(node instanceof MemoryFolder)) node.links += 1;
  }

  /** Follows a path below `base`: ".." and links do not lead out of it. */
  #locate(base: MemoryFolder, path: string, lastLink: LastLink): Place {
    if (path === '') throw new Refusal(Errno.noent);
    if (path.startsWith('/')) throw new Refusal(Errno.notcapable);
    const rest = path.split('/').reverse();
    const isFolderMeant = path.endsWith('/');
    let place: Place = { folder: base, name: '', node: base, isFolderMeant };
    let links = 0;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (name === '') continue;
      if (name === '.') {
        place = this.#here(place);
        continue;
      }
      const folder = this.#folderAt(place);
      if (name === '..') {
        place = { ...place, ...this.#above(base, folder) };
        continue;
      }
      checkName(name);
      const node = folder.entries.get(name);
      const isLast = rest.every((one) => one === '');
      if (node instanceof MemoryLink && (!isLast || isFolderMeant || lastLink === 'follow')) {
        if (++links > kMostLinks) throw new Refusal(Errno.loop);
        place = { ...place, folder, name: '', node: this.#startOf(node, base, folder) };
        rest.push(...node.target.split('/').reverse());
      } else {
        place = { ...place, folder, name, node };
      }
    }
    if (isFolderMeant && place.node !== undefined) this.#folderAt(place);
    return place;
  }

  /** "." after a name: what is there must be a folder. */
  #here(place: Place): Place {
    const folder = this.#folderAt(place);
    return { ...place, folder, name: '', node: folder };
  }

  #folderAt({ node }: Place): MemoryFolder {
    if (node === undefined) throw new Refusal(Errno.noent);
    if (!(node instanceof MemoryFolder)) throw new Refusal(Errno.notdir);
    return node;
  }

  #above(base: MemoryFolder, folder: MemoryFolder): Pick<Place, 'folder' | 'name' | 'node'> {
    if (folder === base && base !== this.root) throw new Refusal(Errno.notcapable);
    return { folder: folder.parent, name: '', node: folder.parent };
  }

  /** Where the target of a link begins. */
  #startOf(link: MemoryLink, base: MemoryFolder, folder: MemoryFolder): MemoryFolder {
    if (!link.target.startsWith('/')) return folder;
    if (base !== this.root) throw new Refusal(Errno.notcapable);
    return this.root;
  }
}
