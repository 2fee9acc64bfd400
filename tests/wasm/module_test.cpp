// SPDX-License-Identifier: Apache-2.0
#include "wasm/module.h"

#include <gtest/gtest.h>

#include "tests/wasm/assembler.h"
#include "wasm/validator.h"

namespace taipan::wasm {
namespace {

using testing::addFunction;
using testing::addType;
using testing::encode;
using testing::op;

/// A module with something in each section.
Module everything() {
    Module module;
    const uint32_t callback = addType(module, FunctionType{{kI32}, {kI64}});
    const uint32_t nothing = addType(module, FunctionType{});
    module.imports = {{"host", "call", FunctionImport{callback}},
                      {"host", "table", TableType{nullable(AbstractHeap::Extern), {1, 10}}},
                      {"host", "memory", MemoryType{1, std::nullopt}},
                      {"host", "global", GlobalType{kI32, false}},
                      {"host", "tag", TagType{nothing}}};
    addFunction(module, {}, {});
    addFunction(module, {{kI32}, {kI32}}, {op(Opcode::kLocalGet, 0)}, {kF64, nullable(AbstractHeap::Func)});
    module.tables = {{{nullable(AbstractHeap::Func), {2, std::nullopt}}}};
    module.memories = {{2, 4}};
    module.tags = {{nothing}};
    module.globals = {{{kI64, true}, module.keep(encode({op(Opcode::kI64Const, 7)}))}};
    module.exports = {{"run", ExternKind::Function, 1}, {"memory", ExternKind::Memory, 1}};
    module.start = 1;
    const Bytes zero = module.keep(encode({op(Opcode::kI32Const, 0)}));
    const Bytes function = module.keep(encode({op(Opcode::kRefFunc, 2)}));
    module.elements.resize(5);
    module.elements[0] = {SegmentMode::Active, 1, zero, reference(HeapType(AbstractHeap::Func), false),
                          std::vector<uint32_t>{1, 2}};
    module.elements[1] = {SegmentMode::Passive,
                          0,
                          {},
                          reference(HeapType(AbstractHeap::Func), false),
                          std::vector<uint32_t>{0}};
    module.elements[2] = {SegmentMode::Declarative,
                          0,
                          {},
                          reference(HeapType(AbstractHeap::Func), false),
                          std::vector<uint32_t>{2}};
    module.elements[3] = {SegmentMode::Active, 1, zero, nullable(AbstractHeap::Func),
                          std::vector<Expression>{function}};
    module.elements[4] = {
        SegmentMode::Passive, 0, {}, nullable(AbstractHeap::Func), std::vector<Expression>{function}};
    module.data_count = 2;
    module.data = {{SegmentMode::Active, 1, zero, module.keep({'a', 'b'})},
                   {SegmentMode::Passive, 0, {}, module.keep({'c'})}};
    module.customs = {{"first", module.keep({1}), SectionId::Custom},
                      {"between", module.keep({2}), SectionId::Global},
                      {"last", module.keep({}), SectionId::Data}};
    return module;
}

TEST(Module, ReadsBackAsItWasWritten) {
    const std::vector<uint8_t> bytes = writeModule(everything());
    const Result<Module> read = readModule(bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(writeModule(*read), bytes);
    EXPECT_TRUE(validate(*read)) << validate(*read).error().message;
    EXPECT_EQ(read->imports.size(), 5U);
    EXPECT_EQ(read->importedCount(ExternKind::Memory), 1U);
    EXPECT_EQ(read->functions.size(), 2U);
    EXPECT_EQ(read->findExport("run", ExternKind::Function)->index, 1U);
    EXPECT_EQ(read->findExport("run", ExternKind::Global), nullptr);
    EXPECT_EQ(read->elements.size(), 5U);
    EXPECT_EQ(read->data[0].bytes.size(), 2U);
    ASSERT_EQ(read->customs.size(), 3U);
    EXPECT_EQ(read->customs[1].name, "between");
    EXPECT_EQ(read->customs[1].after, SectionId::Global);
}

TEST(Module, TypesOfEveryFormReadBack) {
    Module module;
    const SubType open{false, {}, StructType{{{kI32, true}, {{ValueKind::I8}, false}}}};
    const SubType below{true, {0}, StructType{{{kI32, true}, {{ValueKind::I8}, false}, {kF32, false}}}};
    const SubType mutual{true, {}, ArrayType{{reference(HeapType(uint32_t{3}), true), true}}};
    const SubType other{true, {}, FunctionType{{reference(HeapType(uint32_t{2}), false)}, {kV128}}};
    module.types = {open, below, mutual, other};
    module.groups = {{0, 1, false}, {1, 1, true}, {2, 2, true}};
    const std::vector<uint8_t> bytes = writeModule(module);
    const Result<Module> read = readModule(bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(writeModule(*read), bytes);
    EXPECT_TRUE(validate(*read)) << validate(*read).error().message;
    EXPECT_EQ(read->groups[2].count, 2U);
    EXPECT_EQ(std::get<StructType>(read->types[1].composite).fields.size(), 3U);
}

TEST(Module, CutOffAnywhereItIsRefusedOrShorter) {
    const std::vector<uint8_t> bytes = writeModule(everything());
    for (size_t size = 0; size < bytes.size(); ++size) {
        const std::vector<uint8_t> part(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
        const Result<Module> read = readModule(part);
        if (read) {
            EXPECT_EQ(writeModule(*read), part);
        } else {
            EXPECT_TRUE(read.error().message.starts_with("no WebAssembly module: ")) << read.error().message;
        }
    }
}

void expectRefused(std::vector<uint8_t> sections, std::string_view reason) {
    std::vector<uint8_t> bytes = {0, 'a', 's', 'm', 1, 0, 0, 0};
    bytes.insert(bytes.end(), sections.begin(), sections.end());
    const Result<Module> read = readModule(bytes);
    ASSERT_FALSE(read) << reason;
    EXPECT_NE(read.error().message.find(reason), std::string::npos) << read.error().message;
}

TEST(Module, WhatIsWrongIsSaidWithItsPlace) {
    EXPECT_FALSE(readModule({}));
    const std::vector<uint8_t> component = {0, 'a', 's', 'm', 13, 0, 1, 0};
    EXPECT_NE(readModule(component).error().message.find("version 1"), std::string::npos);
    expectRefused({1, 1, 0, 1, 1, 0}, "section 1 is twice there or out of order at byte 11");
    expectRefused({5, 1, 0, 1, 1, 0}, "out of order");
    expectRefused({99, 0}, "there is no section 99 at byte 8");
    expectRefused({5, 2, 0, 0}, "a section goes on behind its contents at byte 11");
    expectRefused({1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0}, "1 functions have no bodies");
    expectRefused({5, 3, 1, 9, 0}, "0x09 is no kind of limits at byte 11");
    expectRefused({12, 1, 3}, "3 data segments are announced and 0 are there");
}

}  // namespace
}  // namespace taipan::wasm
