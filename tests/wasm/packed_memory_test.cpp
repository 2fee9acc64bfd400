// SPDX-License-Identifier: Apache-2.0
#include "wasm/packed_memory.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace taipan::wasm {
namespace {

std::vector<uint8_t> roundTrip(const std::vector<uint8_t>& memory) {
    std::vector<uint8_t> result(memory.size());
    unpackMemory(packMemory(memory), result);
    return result;
}

TEST(PackedMemory, NothingIsNothing) {
    EXPECT_TRUE(packMemory({}).group_masks.empty());
    EXPECT_TRUE(roundTrip({}).empty());
}

TEST(PackedMemory, ZerosTakeOneByteForEachGroup) {
    const std::vector<uint8_t> memory(10 * kPackedGroup);
    const PackedMemory packed = packMemory(memory);
    EXPECT_EQ(packed.group_masks.size(), 10U);
    EXPECT_TRUE(packed.masks.empty());
    EXPECT_TRUE(packed.values.empty());
}

TEST(PackedMemory, MasksSayWhereTheBytesAre) {
    std::vector<uint8_t> memory(2 * kPackedGroup);
    memory[3] = 7;
    memory[kPackedGroup - 1] = 8;
    memory[kPackedGroup + 8] = 9;
    const PackedMemory packed = packMemory(memory);
    EXPECT_EQ(packed.group_masks, (std::vector<uint8_t>{0b1000'0001, 0b0000'0010}));
    EXPECT_EQ(packed.masks, (std::vector<uint8_t>{0b0000'1000, 0b1000'0000, 0b0000'0001}));
    EXPECT_EQ(packed.values, (std::vector<uint8_t>{7, 8, 9}));
    EXPECT_EQ(roundTrip(memory), memory);
}

TEST(PackedMemory, WhatIsPackedComesBack) {
    std::mt19937 random(1);
    for (size_t size = 0; size < 700; size += 13) {
        std::vector<uint8_t> memory(size);
        for (uint8_t& byte : memory)
            byte = random() % 3 == 0 ? static_cast<uint8_t>(random()) : 0;
        EXPECT_EQ(roundTrip(memory), memory) << size;
    }
    std::vector<uint8_t> full(1000);
    std::iota(full.begin(), full.end(), uint8_t{1});
    EXPECT_EQ(roundTrip(full), full);
}

}  // namespace
}  // namespace taipan::wasm
