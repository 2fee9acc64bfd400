// SPDX-License-Identifier: Apache-2.0
// Zip archives for tests, stored.

export interface Member {
  name: string;
  text: string;
  method?: number;
}

/** A zip archive as the format's description has it. */
export function makeArchive(members: Member[], comment = ''): ArrayBuffer {
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
  const all = Buffer.concat([...parts, ...directory, end, Buffer.from(comment)]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
}
