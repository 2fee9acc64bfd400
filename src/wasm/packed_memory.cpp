// SPDX-License-Identifier: Apache-2.0
#include "wasm/packed_memory.h"

#include <algorithm>

namespace taipan::wasm {

namespace {

constexpr size_t kBytesPerMask = 8;

bool hasBit(uint8_t mask, size_t bit) {
    return ((mask >> bit) & 1U) != 0;
}

/// The mask of at most eight bytes; those that are not zero go to `values`.
uint8_t packBlock(std::span<const uint8_t> block, std::vector<uint8_t>& values) {
    uint8_t mask = 0;
    for (size_t i = 0; i < block.size(); ++i) {
        if (block[i] == 0)
            continue;
        mask = static_cast<uint8_t>(mask | (1U << i));
        values.push_back(block[i]);
    }
    return mask;
}

}  // namespace

PackedMemory packMemory(std::span<const uint8_t> memory) {
    PackedMemory packed;
    for (size_t group = 0; group < memory.size(); group += kPackedGroup) {
        uint8_t group_mask = 0;
        for (size_t i = 0; i < kBytesPerMask; ++i) {
            const size_t at = group + i * kBytesPerMask;
            if (at >= memory.size())
                break;
            const auto block = memory.subspan(at, std::min(kBytesPerMask, memory.size() - at));
            if (const uint8_t mask = packBlock(block, packed.values); mask != 0) {
                packed.masks.push_back(mask);
                group_mask = static_cast<uint8_t>(group_mask | (1U << i));
            }
        }
        packed.group_masks.push_back(group_mask);
    }
    return packed;
}

void unpackMemory(const PackedMemory& packed, std::span<uint8_t> memory) {
    auto mask = packed.masks.begin();
    auto value = packed.values.begin();
    for (size_t group = 0; group < packed.group_masks.size(); ++group) {
        for (size_t i = 0; i < kBytesPerMask; ++i) {
            if (!hasBit(packed.group_masks[group], i))
                continue;
            const size_t at = group * kPackedGroup + i * kBytesPerMask;
            for (size_t bit = 0; bit < kBytesPerMask; ++bit) {
                if (hasBit(*mask, bit))
                    memory[at + bit] = *value++;
            }
            ++mask;
        }
    }
}

}  // namespace taipan::wasm
