// SPDX-License-Identifier: Apache-2.0
#include "unpacking.h"

#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

extern "C" {

// `taipan compile` fills it in.
struct PackedSnapshot {
    uint8_t* memory;  // where it belongs
    const uint8_t* group_masks;
    size_t group_count;
    const uint8_t* masks;
    const uint8_t* values;  // at least sixteen bytes may be read behind the last
};
extern volatile PackedSnapshot taipan_packed;
volatile PackedSnapshot taipan_packed;

}  // extern "C"

namespace {

constexpr size_t kBytesPerMask = 8;
constexpr size_t kBytesPerGroup = 64;
constexpr uint8_t kZero = 0x80;  // a lane that there is not, for the swizzle

// For each mask which value goes to which byte. Two tables of masks of four bits would be smaller and slower.
struct Places {
    uint8_t of_mask[256][kBytesPerMask];
};

inline void fill(Places& places) {
    for (unsigned mask = 0; mask < 256; ++mask) {
        uint8_t next = 0;
        for (unsigned bit = 0; bit < kBytesPerMask; ++bit)
            places.of_mask[mask][bit] = ((mask >> bit) & 1U) != 0 ? next++ : kZero;
    }
}

}  // namespace

void unpackSnapshot() {
    Places places;
    fill(places);
    uint8_t* memory = taipan_packed.memory;
    const uint8_t* const group_masks = taipan_packed.group_masks;
    const size_t groups = taipan_packed.group_count;
    const uint8_t* mask = taipan_packed.masks;
    const uint8_t* value = taipan_packed.values;
    for (size_t group = 0; group < groups; ++group, memory += kBytesPerGroup) {
        for (unsigned left = group_masks[group]; left != 0; left &= left - 1) {
            const unsigned present = *mask++;
            const v128_t moved =
                wasm_i8x16_swizzle(wasm_v128_load(value), wasm_v128_load64_zero(places.of_mask[present]));
            wasm_v128_store64_lane(memory + __builtin_ctz(left) * kBytesPerMask, moved, 0);
            value += __builtin_popcount(present);
        }
    }
}
