// SPDX-License-Identifier: Apache-2.0
#include "wasm/byte_writer.h"

namespace taipan::wasm {

void ByteWriter::unsignedLeb(uint64_t value) {
    while (value >= 0x80) {
        u8(static_cast<uint8_t>(value) | 0x80);
        value >>= 7;
    }
    u8(static_cast<uint8_t>(value));
}

void ByteWriter::signedNumber(int64_t value) {
    // Done when what is left repeats the sign bit of the byte just written.
    while (value < -0x40 || value >= 0x40) {
        u8((static_cast<uint8_t>(value) & 0x7f) | 0x80);
        value >>= 7;
    }
    u8(static_cast<uint8_t>(value) & 0x7f);
}

void ByteWriter::fixed32(uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8)
        u8(static_cast<uint8_t>(value >> shift));
}

void ByteWriter::fixed64(uint64_t value) {
    fixed32(static_cast<uint32_t>(value));
    fixed32(static_cast<uint32_t>(value >> 32));
}

void ByteWriter::name(std::string_view name) {
    u32(static_cast<uint32_t>(name.size()));
    bytes_.insert(bytes_.end(), name.begin(), name.end());
}

void ByteWriter::sized(const ByteWriter& inner) {
    u32(static_cast<uint32_t>(inner.size()));
    bytes(inner.view());
}

}  // namespace taipan::wasm
