// SPDX-License-Identifier: Apache-2.0
//
// Memory without its zeros, which are half of an interpreter's: for each eight bytes a mask of those that are
// not zero, for each eight masks a mask in the same way, and then the bytes themselves.
// runtime/bundle/unpacking.cpp undoes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace taipan::wasm {

/// Bytes that one group mask is about.
inline constexpr size_t kPackedGroup = 64;

struct PackedMemory {
    std::vector<uint8_t> group_masks;  ///< bit i: mask i of these eight is there
    std::vector<uint8_t> masks;        ///< bit i: byte i of these eight is there
    std::vector<uint8_t> values;
};

/// What is behind the last whole 64 bytes counts as followed by zeros.
PackedMemory packMemory(std::span<const uint8_t> memory);

/// Writes what was packed over zeros. REQUIRES: `memory` has the size of what was packed.
void unpackMemory(const PackedMemory& packed, std::span<uint8_t> memory);

}  // namespace taipan::wasm
