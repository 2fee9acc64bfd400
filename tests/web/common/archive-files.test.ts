// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { ArchiveFiles } from "../../../web/common/archive-files.ts";
import {
  fileType,
  OpenFlag,
  S_IFDIR,
  S_IFREG,
} from "../../../web/common/host-files.ts";

interface Member {
  name: string;
  text: string;
  method?: number;
}

/** A zip archive as the format's description has it. */
function makeArchive(members: Member[], comment = ""): ArrayBuffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method = 0 } of members) {
    const [nameBytes, bytes] = [Buffer.from(name), Buffer.from(text)];
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(nameBytes.length, 26);
    local.writeUInt16LE(4, 28); // an extra field that only the local header has
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt16LE((13 << 11) | (14 << 5) | 15, 12); // 13:14:30
    entry.writeUInt16LE((45 << 9) | (6 << 5) | 7, 14); // 2025-06-07
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, nameBytes, Buffer.alloc(4), bytes);
    directory.push(entry, nameBytes);
    offset += 34 + nameBytes.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  const all = Buffer.concat([
    ...parts,
    ...directory,
    end,
    Buffer.from(comment),
  ]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
}

const kAt = "/lib/python";
const archive = makeArchive(
  [
    { name: "os.py", text: "import sys" },
    { name: "json/__init__.py", text: "x = 1\n" },
    { name: "json/deep/er.py", text: "" },
  ],
  "a comment",
);

test("members are read where they lie", () => {
  const files = new ArchiveFiles(archive, kAt);
  const handle = files.open(`${kAt}/os.py`, 0);
  const into = new Uint8Array(4);
  assert.equal(files.read(handle, into, 7), 3);
  assert.equal(Buffer.from(into.subarray(0, 3)).toString(), "sys");
  assert.equal(files.read(handle, into, 10), 0);
  files.close(handle);
  assert.throws(() => files.read(handle, into, 0), { code: "EBADF" });
});

test("directories are there without being listed", () => {
  const files = new ArchiveFiles(archive, kAt);
  assert.equal(fileType(files.stat(kAt).mode), S_IFDIR);
  assert.equal(fileType(files.stat(`${kAt}/json/deep`).mode), S_IFDIR);
  assert.deepEqual(
    files
      .readdir(`${kAt}/json`)
      .map(({ name, mode }) => [name, fileType(mode)]),
    [
      ["__init__.py", S_IFREG],
      ["deep", S_IFDIR],
    ],
  );
  assert.throws(() => files.readdir(`${kAt}/os.py`), { code: "ENOTDIR" });
  assert.equal(files.stat(`${kAt}/json/../os.py`).size, 10);
});

test("sizes, times and numbers", () => {
  const files = new ArchiveFiles(archive, kAt);
  const stat = files.stat(`${kAt}/os.py`);
  assert.equal(stat.size, 10);
  assert.equal(
    stat.mtimeNs,
    BigInt(Date.UTC(2025, 5, 7, 13, 14, 30)) * 1_000_000n,
  );
  const numbers = ["os.py", "json", "json/deep", "json/__init__.py"].map(
    (p) => files.stat(`${kAt}/${p}`).ino,
  );
  assert.equal(new Set(numbers).size, 4);
});

test("nothing can be changed", () => {
  const files = new ArchiveFiles(archive, kAt);
  assert.throws(() => files.open(`${kAt}/os.py`, OpenFlag.writeOnly), {
    code: "EROFS",
  });
  assert.throws(
    () => files.open(`${kAt}/new.py`, OpenFlag.writeOnly | OpenFlag.create),
    { code: "EROFS" },
  );
  assert.throws(() => files.open(`${kAt}/new.py`, 0), { code: "ENOENT" });
  assert.throws(() => files.open(`${kAt}/json`, OpenFlag.writeOnly), {
    code: "EISDIR",
  });
  assert.throws(() => files.open(`${kAt}/os.py`, OpenFlag.directory), {
    code: "ENOTDIR",
  });
  assert.throws(() => files.unlink(), { code: "EROFS" });
  assert.throws(() => files.access(`${kAt}/os.py`, 2), { code: "EROFS" });
});

test("what is no archive of stored members is refused", () => {
  assert.throws(() => new ArchiveFiles(new ArrayBuffer(100), kAt), /not a zip/);
  assert.throws(
    () =>
      new ArchiveFiles(makeArchive([{ name: "a", text: "b", method: 8 }]), kAt),
    /compressed member, a/,
  );
});
