// SPDX-License-Identifier: Apache-2.0
//
// Slices in, slices out; copies only what is small or must be put together.
#include "kernel/byte_queue.h"

#include <algorithm>
#include <utility>

namespace taipan::kernel {

namespace {

constexpr size_t kSmall = 1024;
constexpr size_t kTail = size_t{16} * 1024;

}  // namespace

void ByteQueue::push(Slice slice) {
    if (slice.empty())
        return;
    size_ += slice.size();
    if (slice.size() <= kSmall) {
        collect(slice.view());
        return;
    }
    sealTail();
    pieces_.push_back(std::move(slice));
}

void ByteQueue::collect(std::span<const uint8_t> bytes) {
    if (tail_.size() + bytes.size() > kTail)
        sealTail();
    tail_.insert(tail_.end(), bytes.begin(), bytes.end());
}

void ByteQueue::sealTail() {
    if (!tail_.empty())
        pieces_.emplace_back(std::exchange(tail_, {}));
}

Slice ByteQueue::take(size_t count) {
    count = std::min(count, size_);
    if (count == 0)
        return {};
    if (pieces_.empty())
        sealTail();
    size_ -= count;
    if (pieces_.front().size() >= count) {
        Slice front = pieces_.front().takeFront(count);
        if (pieces_.front().empty())
            pieces_.pop_front();
        return front;
    }
    Bytes all;
    all.reserve(count);
    while (all.size() < count) {
        if (pieces_.empty())
            sealTail();
        Slice& piece = pieces_.front();
        const Slice part = piece.takeFront(std::min(piece.size(), count - all.size()));
        all.insert(all.end(), part.view().begin(), part.view().end());
        if (piece.empty())
            pieces_.pop_front();
    }
    return all;
}

Slice ByteQueue::peek(size_t count) const {
    ByteQueue copy = *this;
    return copy.take(count);
}

void ByteQueue::clear() {
    *this = ByteQueue();
}

}  // namespace taipan::kernel
