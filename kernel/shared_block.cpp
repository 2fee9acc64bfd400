// SPDX-License-Identifier: Apache-2.0
#include "kernel/shared_block.h"

#include <algorithm>
#include <span>
#include <utility>

#include "kernel/codec.h"

namespace taipan::kernel {

void SharedBlock::change() {
    ++version_;
    ++use_.changes;
}

Result<void> SharedBlock::resize(size_t size) {
    if (size > bytes_.size() && size - bytes_.size() > use_.limit - use_.bytes)
        return fail(Errno::NoMemory);
    use_.bytes += size;
    use_.bytes -= bytes_.size();
    change();
    // No more memory than is counted.
    const size_t kept = std::min(size, bytes_.size());
    Bytes bytes(size);
    std::copy_n(bytes_.begin(), kept, bytes.begin());
    bytes_ = std::move(bytes);
    std::vector<uint64_t> changed((size + kPage - 1) / kPage);
    std::copy_n(changed_.begin(), std::min(changed.size(), changed_.size()), changed.begin());
    // Where there were bytes before, others may have a copy of them; nobody has of what was never there.
    const size_t first = std::min(kept / kPage, changed.size());
    const size_t last = std::min(most_pages_, changed.size());
    std::fill(changed.begin() + static_cast<ptrdiff_t>(first),
              changed.begin() + static_cast<ptrdiff_t>(std::max(first, last)), version_);
    changed_ = std::move(changed);
    most_pages_ = std::max(most_pages_, changed_.size());
    return {};
}

SharedBlock::Changes SharedBlock::changesSince(uint64_t known, size_t offset, size_t limit) const {
    Encoder pieces;
    uint32_t number = 0;
    size_t page = offset / kPage;
    size_t room = std::max(limit / kPage, size_t{1});
    const size_t pages = (bytes_.size() + kPage - 1) / kPage;
    while (page < pages && room > 0) {
        const auto isNew = [&](uint64_t version) { return version > known; };
        const std::span<const uint64_t> left = std::span(changed_).first(pages).subspan(page);
        const auto begin = std::ranges::find_if(left, isNew);
        const auto end = std::find_if_not(begin, left.end(), isNew);
        const size_t first = page + static_cast<size_t>(begin - left.begin());
        const size_t count = std::min(static_cast<size_t>(end - begin), room);
        page = first + count;
        room -= count;
        if (count == 0)
            break;
        ++number;
        const size_t start = first * kPage;
        const size_t size = std::min(page * kPage, bytes_.size()) - start;
        pieces.put(BlockPiece{static_cast<uint32_t>(start), static_cast<uint32_t>(size)});
        const auto from = bytes_.begin() + static_cast<ptrdiff_t>(start);
        pieces.put(Slice(Bytes(from, from + static_cast<ptrdiff_t>(size))));
    }
    Encoder all;
    all.reserve(sizeof(number) + pieces.size());
    all.put(number);
    all.put(Slice(pieces.take()));
    return {all.take(), std::min(page * kPage, bytes_.size())};
}

Result<void> SharedBlock::store(const std::vector<BlockPiece>& pieces, const Slice& data) {
    size_t all = 0;
    for (const BlockPiece& piece : pieces) {
        if (!has(piece.offset, piece.size) || piece.size > data.size() - all)
            return fail(Errno::Invalid);
        all += piece.size;
    }
    if (all != data.size())
        return fail(Errno::Invalid);
    change();
    auto from = data.view().begin();
    for (const BlockPiece& piece : pieces) {
        if (piece.size == 0)
            continue;
        std::copy_n(from, piece.size, bytes_.begin() + static_cast<ptrdiff_t>(piece.offset));
        from += static_cast<ptrdiff_t>(piece.size);
        const size_t last = (size_t{piece.offset} + piece.size - 1) / kPage;
        for (size_t page = piece.offset / kPage; page <= last; ++page)
            changed_[page] = version_;
    }
    return {};
}

}  // namespace taipan::kernel
