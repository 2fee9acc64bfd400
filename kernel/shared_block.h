// SPDX-License-Identifier: Apache-2.0
//
// Bytes that processes have together, although each has a memory of its own: they copy them out and in. They
// live as long as a descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/open_file.h"
#include "kernel/requests.h"

namespace taipan::kernel {

class SharedBlock final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::SharedBlock;

    /// `used` counts the bytes of all blocks.
    SharedBlock(FileCount& count, size_t& used, size_t size);
    ~SharedBlock() override;
    uint32_t events() override { return kReadable | kWritable; }

    /// Another after each change, and never 0.
    uint64_t version() const { return version_; }
    Result<Slice> load(size_t offset, size_t count) const;
    /// All pieces, or none. REQUIRES: `data` is theirs one behind the other; else Invalid.
    Result<void> store(const std::vector<StoreBlock::Piece>& pieces, const Slice& data);

  private:
    bool has(size_t offset, size_t count) const {
        return offset <= bytes_.size() && count <= bytes_.size() - offset;
    }

    Bytes bytes_;
    uint64_t version_ = 1;
    size_t& used_;
};

}  // namespace taipan::kernel
