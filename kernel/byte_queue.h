// SPDX-License-Identifier: Apache-2.0
//
// Bytes on their way: slices of owned, shared storage, so that a large piece goes from writer to reader
// uncopied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace taipan::kernel {

using Bytes = std::vector<uint8_t>;

/// A part of bytes that nobody changes any more.
class Slice {
  public:
    Slice() = default;
    Slice(Bytes bytes)  // NOLINT: bytes are a slice of themselves
        : storage_(std::make_shared<const Bytes>(std::move(bytes))), end_(storage_->size()) {}
    explicit Slice(std::string_view text) : Slice(Bytes(text.begin(), text.end())) {}

    size_t size() const { return end_ - begin_; }
    bool empty() const { return begin_ == end_; }
    std::span<const uint8_t> view() const {
        return storage_ ? std::span(*storage_).subspan(begin_, end_ - begin_) : std::span<const uint8_t>();
    }
    std::string_view text() const { return {reinterpret_cast<const char*>(view().data()), size()}; }
    /// Cuts the first `count` bytes off; REQUIRES: count <= size().
    Slice takeFront(size_t count) {
        Slice front = *this;
        front.end_ = begin_ + count;
        begin_ += count;
        if (empty())
            *this = Slice();
        return front;
    }

  private:
    std::shared_ptr<const Bytes> storage_;
    size_t begin_ = 0;
    size_t end_ = 0;
};

/// First in, first out.
class ByteQueue {
  public:
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    void push(Slice slice);
    /// As much as there is, up to `count`.
    Slice take(size_t count);
    Slice peek(size_t count) const;
    void clear();

  private:
    /// Small writes share a piece; a piece for each would cost more than their bytes.
    void collect(std::span<const uint8_t> bytes);
    void sealTail();

    std::deque<Slice> pieces_;
    Bytes tail_;
    size_t size_ = 0;
};

}  // namespace taipan::kernel
