// SPDX-License-Identifier: Apache-2.0
#include "wasm/instance_state.h"

#include <gtest/gtest.h>

#include "tests/wasm/assembler.h"
#include "wasm/packed_memory.h"
#include "wasm/validator.h"

namespace taipan::wasm {
namespace {

using testing::addFunction;
using testing::encode;
using testing::op;

constexpr size_t kPage = 65536;

/// One page, a constant and two numbers that change.
Module program() {
    Module module;
    module.memories = {{1, std::nullopt}};
    module.globals = {{{kI32, false}, module.keep(encode({op(Opcode::kI32Const, 1)}))},
                      {{kI32, true}, module.keep(encode({op(Opcode::kI32Const, 2)}))},
                      {{kI64, true}, module.keep(encode({op(Opcode::kI64Const, 3)}))}};
    module.data = {
        {SegmentMode::Active, 0, module.keep(encode({op(Opcode::kI32Const, 16)})), module.keep({'x'})}};
    return module;
}

InstanceState stateWith(size_t pages) {
    return {std::vector<uint8_t>(pages * kPage), {0xffff'fff0, 1ULL << 40}};
}

/// What the active segments of a module make of memory.
std::vector<uint8_t> memoryOf(const Module& module) {
    std::vector<uint8_t> memory(module.memories.front().minimum * kPage);
    for (const DataSegment& segment : module.data) {
        if (segment.mode != SegmentMode::Active)
            continue;
        ByteReader reader(segment.offset);
        Instruction offset;
        EXPECT_TRUE(readInstruction(reader, offset));
        std::ranges::copy(segment.bytes, memory.begin() + static_cast<std::ptrdiff_t>(offset.bits));
    }
    return memory;
}

TEST(InstanceState, MemoryAndGlobalsBecomeInitialValues) {
    Module module = program();
    InstanceState state = stateWith(2);
    state.memory[100] = 1;
    state.memory[kPage + 5] = 2;
    const std::vector<uint8_t> expected = state.memory;
    ASSERT_TRUE(putState(module, std::move(state)));
    ASSERT_TRUE(validate(module));
    EXPECT_EQ(module.memories.front().minimum, 2U);
    EXPECT_EQ(memoryOf(module), expected);
    Instruction value;
    ByteReader first(module.globals[1].initial);
    ASSERT_TRUE(readInstruction(first, value));
    EXPECT_EQ(static_cast<int32_t>(value.bits), -16);
    ByteReader second(module.globals[2].initial);
    ASSERT_TRUE(readInstruction(second, value));
    EXPECT_EQ(value.bits, 1ULL << 40);
}

TEST(InstanceState, OnlyMutableGlobalsAreExportedAndOnlyTheseExportsGo) {
    Module module = program();
    EXPECT_EQ(mutableGlobals(module), (std::vector<uint32_t>{1, 2}));
    module.exports = {{"memory", ExternKind::Memory, 0}};
    exportMutableGlobals(module, "g.");
    ASSERT_TRUE(validate(module));
    ASSERT_NE(module.findExport("g.1", ExternKind::Global), nullptr);
    EXPECT_EQ(module.findExport("g.1", ExternKind::Global)->index, 2U);
    removeExports(module, "g.");
    EXPECT_EQ(module.exports.size(), 1U);
}

TEST(InstanceState, PackedMemoryWaitsInItsPlaceWithWhatSaysWhereItIs) {
    Module module = program();
    InstanceState state = stateWith(4);
    state.memory[2 * kPage] = 7;
    state.memory[2 * kPage + 100] = 8;
    ASSERT_TRUE(putPackedState(module, std::move(state), {1024, 4096, 2 * kPage + 200}));
    ASSERT_TRUE(validate(module));
    const std::vector<uint8_t> memory = memoryOf(module);
    EXPECT_EQ(memory[2 * kPage], 0) << "not before it is unpacked";
    EXPECT_EQ(memory[1024], 0b0000'0001) << "the mask of the first group";
    const auto word = [&](size_t at) {
        const uint8_t* const bytes = &memory[2 * kPage + 200 + 4 * at];
        return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24);
    };
    EXPECT_EQ(word(0), 2 * static_cast<int>(kPage));
    EXPECT_EQ(word(1), 1024);
    EXPECT_EQ(word(2), 2) << "groups";
}

TEST(InstanceState, WhatDoesNotFitIsNotPacked) {
    Module module = program();
    InstanceState state = stateWith(4);
    std::fill_n(state.memory.begin() + 2 * kPage, 5000, uint8_t{9});
    const std::vector<uint8_t> expected = state.memory;
    ASSERT_TRUE(putPackedState(module, std::move(state), {1024, 4096, 3 * kPage}));
    EXPECT_EQ(memoryOf(module), expected);
}

TEST(InstanceState, ModulesOfAnotherShapeAreRefused) {
    Module none = program();
    none.memories.clear();
    EXPECT_FALSE(putState(none, stateWith(1)));
    Module other = program();
    InstanceState partial = stateWith(1);
    partial.memory.pop_back();
    EXPECT_FALSE(putState(other, std::move(partial)));
    InstanceState without = stateWith(1);
    without.globals.clear();
    EXPECT_FALSE(putState(other, std::move(without)));
}

TEST(InstanceState, TablesThatChangeCannotBeKept) {
    Module module = program();
    module.tables = {{{nullable(AbstractHeap::Func), {2, std::nullopt}}}};
    Instruction null = op(Opcode::kRefNull);
    null.heap = HeapType(AbstractHeap::Func);
    addFunction(module, {}, {op(Opcode::kI32Const, 0), null, op(Opcode::kTableSet, 0)});
    ASSERT_TRUE(validate(module));
    EXPECT_FALSE(putState(module, stateWith(1)));
}

}  // namespace
}  // namespace taipan::wasm
