// SPDX-License-Identifier: Apache-2.0
//
// Reads the primitive encodings of WebAssembly from bytes that may be anything. The first failure is kept,
// and from then on every read gives zeros and empty spans: a caller reads a whole structure and asks once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace taipan::wasm {

using Bytes = std::span<const uint8_t>;

class ByteReader {
  public:
    /// `offset`: where the bytes stand in the file, for messages.
    explicit ByteReader(Bytes bytes, size_t offset = 0) : bytes_(bytes), offset_(offset) {}

    uint8_t u8();
    uint32_t u32() { return static_cast<uint32_t>(unsignedLeb(32)); }
    uint64_t u64() { return unsignedLeb(64); }
    int32_t s32() { return static_cast<int32_t>(signedLeb(32)); }
    int64_t s33() { return signedLeb(33); }
    int64_t s64() { return signedLeb(64); }
    /// Little endian, as constants and the module's version stand.
    uint32_t fixed32();
    uint64_t fixed64();
    Bytes bytes(size_t count);
    /// A length and that many bytes of UTF-8.
    std::string_view name();
    /// How many things follow. Each takes a byte at least, so no count is larger than what is left.
    uint32_t count();
    /// A byte that is 0 or 1.
    bool flag(std::string_view what);

    size_t left() const { return bytes_.size() - position_; }
    bool atEnd() const { return position_ == bytes_.size(); }
    size_t position() const { return position_; }
    size_t fileOffset() const { return offset_ + position_; }
    /// What was read since `start`, an earlier position().
    Bytes since(size_t start) const { return bytes_.subspan(start, position_ - start); }

    bool failed() const { return !failure_.empty(); }
    /// "unexpected end at byte 12"; empty while all is well.
    const std::string& failure() const { return failure_; }
    void fail(std::string_view what) { failAt(what, fileOffset()); }
    void failAt(std::string_view what, size_t file_offset);
    /// The failure of a reader of a part is the whole's as well.
    void adopt(const ByteReader& part);

  private:
    uint64_t unsignedLeb(unsigned width);
    int64_t signedLeb(unsigned width);

    Bytes bytes_;
    size_t offset_;
    size_t position_ = 0;
    std::string failure_;
};

}  // namespace taipan::wasm
