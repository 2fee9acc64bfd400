// SPDX-License-Identifier: Apache-2.0
#include "wasm/instructions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace taipan::wasm {
namespace {

/// An instruction whose every immediate says something.
Instruction sample(const OpcodeInfo& info) {
    Instruction instruction;
    instruction.opcode = info.opcode;
    instruction.index = 5;
    instruction.second = 300;
    instruction.alignment = 2;
    instruction.lane = 1;
    instruction.bits = info.immediates == Immediates::F32 ? 0x7fc0'0001 : 0x1234'5678;
    instruction.block = {BlockType::Kind::Type, {}, 200};
    instruction.heap = HeapType(uint32_t{100});
    instruction.from = nullable(AbstractHeap::Any);
    instruction.to = reference(HeapType(uint32_t{7}), false);
    for (size_t i = 0; i < instruction.bytes.size(); ++i)
        instruction.bytes[i] = static_cast<uint8_t>(i * 17);
    instruction.labels = {1, 200, 3};
    instruction.catches = {{CatchClause::Kind::Catch, 3, 1}, {CatchClause::Kind::CatchAllRef, 0, 2}};
    instruction.types = {kI32, nullable(AbstractHeap::Extern), reference(HeapType(uint32_t{64}), true)};
    return instruction;
}

std::vector<uint8_t> encode(const Instruction& instruction) {
    ByteWriter writer;
    writeInstruction(writer, instruction);
    return std::move(writer).take();
}

const OpcodeInfo* const* allOpcodes(size_t& count) {
    static std::vector<const OpcodeInfo*> all;
    if (all.empty()) {
        for (uint32_t code = 0; code < 0x100; ++code) {
            if (const OpcodeInfo* info = findOpcode(code))
                all.push_back(info);
        }
        for (uint32_t prefix = 0xfb; prefix <= 0xfe; ++prefix) {
            for (uint32_t code = 0; code < 0x200; ++code) {
                if (const OpcodeInfo* info = findOpcode(prefix << 16 | code))
                    all.push_back(info);
            }
        }
    }
    count = all.size();
    return all.data();
}

TEST(Instructions, EveryOneReadsBackAsItWasWritten) {
    size_t count = 0;
    const OpcodeInfo* const* all = allOpcodes(count);
    EXPECT_EQ(count, opcodeCount());
    std::set<std::string_view> names;
    for (size_t i = 0; i < count; ++i) {
        SCOPED_TRACE(all[i]->name);
        names.insert(all[i]->name);
        const std::vector<uint8_t> bytes = encode(sample(*all[i]));
        ByteReader reader(bytes);
        Instruction read;
        ASSERT_TRUE(readInstruction(reader, read)) << reader.failure();
        EXPECT_TRUE(reader.atEnd());
        EXPECT_EQ(read.opcode, all[i]->opcode);
        EXPECT_EQ(encode(read), bytes);
    }
    EXPECT_EQ(names.size(), count);
}

TEST(Instructions, EverySignatureIsOneOrHasARule) {
    size_t count = 0;
    const OpcodeInfo* const* all = allOpcodes(count);
    for (size_t i = 0; i < count; ++i) {
        const std::string_view signature = all[i]->signature;
        if (signature == "?")
            continue;
        EXPECT_EQ(signature.find_first_not_of("iIfFvm:"), std::string_view::npos) << all[i]->name;
        EXPECT_EQ(std::ranges::count(signature, ':'), 1) << all[i]->name;
    }
}

TEST(Instructions, CutOffTheyAreRefused) {
    size_t count = 0;
    const OpcodeInfo* const* all = allOpcodes(count);
    for (size_t i = 0; i < count; ++i) {
        std::vector<uint8_t> bytes = encode(sample(*all[i]));
        bytes.pop_back();
        ByteReader reader(bytes);
        Instruction read;
        EXPECT_FALSE(readInstruction(reader, read)) << all[i]->name;
    }
}

TEST(Instructions, WhatIsNoneIsSaidWithItsPlace) {
    const std::vector<uint8_t> bytes = {0xff};
    ByteReader reader(bytes, 7);
    Instruction read;
    EXPECT_FALSE(readInstruction(reader, read));
    EXPECT_EQ(reader.failure(), "0xff is no instruction at byte 7");
}

}  // namespace
}  // namespace taipan::wasm
