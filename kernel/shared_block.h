// SPDX-License-Identifier: Apache-2.0
//
// Bytes that processes have together, although each has a memory of its own: they copy them out and in. They
// live as long as a descriptor or their name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/open_file.h"
#include "kernel/requests.h"

namespace taipan::kernel {

/// Of all blocks.
struct SharedUse {
    size_t limit = 0;
    size_t bytes = 0;
    /// How often any of them was changed.
    uint64_t changes = 0;
    uint64_t made = 0;
};

class SharedBlock final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::SharedBlock;
    /// What is noted as changed at once.
    static constexpr size_t kPage = 4096;

    SharedBlock(FileCount& count, SharedUse& use)
        : OpenFile(kKind, count, kReadWrite), id_(++use.made), use_(use) {}
    ~SharedBlock() override { use_.bytes -= bytes_.size(); }
    uint32_t events() override { return kReadable | kWritable; }

    /// No other block has or had it.
    uint64_t id() const { return id_; }
    size_t size() const { return bytes_.size(); }
    /// NoMemory when there would be too many in all blocks.
    Result<void> resize(size_t size);

    /// Another after each change, and never 0.
    uint64_t version() const { return version_; }
    struct Changes {
        Bytes pieces;
        size_t next = 0;
    };
    /// As LoadBlock says. `limit`: of the bytes of all pieces, of which there is one page at least.
    Changes changesSince(uint64_t known, size_t offset, size_t limit) const;
    /// All pieces, or none. REQUIRES: `data` is theirs one behind the other; else Invalid.
    Result<void> store(const std::vector<BlockPiece>& pieces, const Slice& data);

  private:
    bool has(size_t offset, size_t count) const {
        return offset <= bytes_.size() && count <= bytes_.size() - offset;
    }
    void change();

    const uint64_t id_;
    Bytes bytes_;
    /// Of each page, the version that it was changed in.
    std::vector<uint64_t> changed_;
    /// Of these others may have a copy, although they are cut off now.
    size_t most_pages_ = 0;
    uint64_t version_ = 1;
    SharedUse& use_;
};

}  // namespace taipan::kernel
