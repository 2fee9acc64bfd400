// SPDX-License-Identifier: Apache-2.0
#include "kernel/shared_block.h"

#include <algorithm>

namespace taipan::kernel {

SharedBlock::SharedBlock(FileCount& count, size_t& used, size_t size)
    : OpenFile(kKind, count, kReadWrite), bytes_(size), used_(used) {
    used_ += size;
}

SharedBlock::~SharedBlock() {
    used_ -= bytes_.size();
}

Result<Slice> SharedBlock::load(size_t offset, size_t count) const {
    if (!has(offset, count))
        return fail(Errno::Invalid);
    const auto begin = bytes_.begin() + static_cast<ptrdiff_t>(offset);
    return Slice(Bytes(begin, begin + static_cast<ptrdiff_t>(count)));
}

Result<void> SharedBlock::store(const std::vector<StoreBlock::Piece>& pieces, const Slice& data) {
    size_t all = 0;
    for (const StoreBlock::Piece& piece : pieces) {
        if (!has(piece.offset, piece.size) || piece.size > data.size() - all)
            return fail(Errno::Invalid);
        all += piece.size;
    }
    if (all != data.size())
        return fail(Errno::Invalid);
    auto from = data.view().begin();
    for (const StoreBlock::Piece& piece : pieces) {
        std::copy_n(from, piece.size, bytes_.begin() + static_cast<ptrdiff_t>(piece.offset));
        from += static_cast<ptrdiff_t>(piece.size);
    }
    ++version_;
    return {};
}

}  // namespace taipan::kernel
