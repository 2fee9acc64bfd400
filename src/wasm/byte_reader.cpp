// SPDX-License-Identifier: Apache-2.0
#include "wasm/byte_reader.h"

#include <fmt/format.h>

#include "support/text.h"

namespace taipan::wasm {

void ByteReader::failAt(std::string_view what, size_t file_offset) {
    if (!failed())
        failure_ = fmt::format("{} at byte {}", what, file_offset);
    position_ = bytes_.size();
}

void ByteReader::adopt(const ByteReader& part) {
    if (!failed())
        failure_ = part.failure_;
    position_ = bytes_.size();
}

uint8_t ByteReader::u8() {
    if (position_ == bytes_.size()) {
        fail("unexpected end");
        return 0;
    }
    return bytes_[position_++];
}

/// LEB128 of at most ceil(width / 7) bytes, in whose last one the bits above `width` are zero.
uint64_t ByteReader::unsignedLeb(unsigned width) {
    const size_t start = fileOffset();
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const uint8_t byte = u8();
        if (failed())
            return 0;
        if (width - shift < 7 && (byte & 0x7f) >> (width - shift) != 0) {
            failAt("a number is too large", start);
            return 0;
        }
        value |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return value;
        if (width - shift <= 7) {
            failAt("a number is too long", start);
            return 0;
        }
    }
}

/// The same, where the bits above `width` in the last byte repeat the sign.
int64_t ByteReader::signedLeb(unsigned width) {
    const size_t start = fileOffset();
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const uint8_t byte = u8();
        if (failed())
            return 0;
        const unsigned left = width - shift;
        value |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if (left <= 7) {
            const unsigned above = (byte & 0x7fU) >> (left - 1);
            if ((byte & 0x80) != 0 || (above != 0 && above != 0x7fU >> (left - 1))) {
                failAt("a number is too large or too long", start);
                return 0;
            }
        }
        if ((byte & 0x80) != 0)
            continue;
        if (shift + 7 < 64 && (byte & 0x40) != 0)
            value |= ~uint64_t{0} << (shift + 7);
        return static_cast<int64_t>(value);
    }
}

uint32_t ByteReader::fixed32() {
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 8)
        value |= static_cast<uint32_t>(u8()) << shift;
    return value;
}

uint64_t ByteReader::fixed64() {
    const uint64_t low = fixed32();
    return low | static_cast<uint64_t>(fixed32()) << 32;
}

Bytes ByteReader::bytes(size_t count) {
    if (count > bytes_.size() - position_) {
        fail("unexpected end");
        return {};
    }
    position_ += count;
    return bytes_.subspan(position_ - count, count);
}

std::string_view ByteReader::name() {
    const size_t start = fileOffset();
    const Bytes text = bytes(u32());
    const std::string_view name(reinterpret_cast<const char*>(text.data()), text.size());
    if (!isUtf8(name)) {
        failAt("a name is not UTF-8", start);
        return {};
    }
    return name;
}

uint32_t ByteReader::count() {
    const size_t start = fileOffset();
    const uint32_t count = u32();
    if (count > bytes_.size() - position_) {
        failAt("a count is larger than what follows", start);
        return 0;
    }
    return count;
}

bool ByteReader::flag(std::string_view what) {
    const size_t start = fileOffset();
    const uint8_t byte = u8();
    if (byte > 1)
        failAt(fmt::format("{} is {}, neither 0 nor 1", what, byte), start);
    return byte == 1;
}

}  // namespace taipan::wasm
