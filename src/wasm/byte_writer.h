// SPDX-License-Identifier: Apache-2.0
//
// Writes the primitive encodings of WebAssembly, numbers as short as they can be.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace taipan::wasm {

class ByteWriter {
  public:
    void u8(uint8_t value) { bytes_.push_back(value); }
    void u32(uint32_t value) { unsignedLeb(value); }
    void u64(uint64_t value) { unsignedLeb(value); }
    void signedNumber(int64_t value);
    void fixed32(uint32_t value);
    void fixed64(uint64_t value);
    void bytes(std::span<const uint8_t> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    void name(std::string_view name);
    /// Its length, then itself: a section or a function's body.
    void sized(const ByteWriter& inner);

    size_t size() const { return bytes_.size(); }
    std::span<const uint8_t> view() const { return bytes_; }
    std::vector<uint8_t> take() && { return std::move(bytes_); }

  private:
    void unsignedLeb(uint64_t value);

    std::vector<uint8_t> bytes_;
};

}  // namespace taipan::wasm
