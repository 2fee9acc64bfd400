// SPDX-License-Identifier: Apache-2.0
//
// Damaged modules: refused, or read, written and read again as the same.
#include <string>

#include "tests/support/mutations.h"
#include "tests/wasm/assembler.h"
#include "wasm/module.h"
#include "wasm/validator.h"

namespace taipan::wasm {
namespace {

using testing::access;
using testing::addFunction;
using testing::addType;
using testing::block;
using testing::encode;
using testing::gives;
using testing::op;

Bytes bytesOf(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string textOf(const Module& module) {
    const std::vector<uint8_t> bytes = writeModule(module);
    return {bytes.begin(), bytes.end()};
}

/// Code, constants, segments and types: what has an inner structure.
std::string seed() {
    Module module;
    addType(module, SubType{false, {}, StructType{{{kI32, true}, {{ValueKind::I8}, false}}}});
    module.memories = {{1, 2}};
    module.tables = {{{nullable(AbstractHeap::Func), {4, std::nullopt}}}};
    module.globals = {{{kI32, true}, module.keep(encode({op(Opcode::kI32Const, 1)}))}};
    Instruction table = op(Opcode::kBrTable, 0);
    table.labels = {0, 1};
    addFunction(module, {{kI32}, {kI32}},
                {block(Opcode::kLoop, gives(kI32)), op(Opcode::kLocalGet, 0), access(Opcode::kI32Load8U),
                 op(Opcode::kCall, 0), op(Opcode::kI32Const, 3), table, op(Opcode::kEnd)},
                {kI64, kV128});
    addFunction(module, {},
                {op(Opcode::kStructNewDefault, 0), op(Opcode::kStructGetU, 0, 1), op(Opcode::kDrop)});
    module.exports = {{"f", ExternKind::Function, 0}};
    const Bytes zero = module.keep(encode({op(Opcode::kI32Const, 0)}));
    module.elements = {{SegmentMode::Active, 0, zero, reference(HeapType(AbstractHeap::Func), false),
                        std::vector<uint32_t>{0, 1}}};
    module.data = {{SegmentMode::Active, 0, zero, module.keep({1, 2, 3})}};
    module.customs = {{"name", module.keep({0, 1}), SectionId::Data}};
    return textOf(module);
}

TEST(ModuleFuzz, DamageIsRefusedOrReadsBack) {
    const ::taipan::testing::Corpus corpus{
        {seed()},
        {std::string("\x60", 1), std::string("\x4e\x02", 2), std::string("\xfb\x00", 2),
         std::string("\xfc\x08", 2), std::string("\xfd\x0c", 2), std::string("\x0b", 1),
         std::string("\xff\xff\xff\xff\x0f", 5), std::string("\x80\x80\x80\x80\x00", 5),
         std::string("\x02\x40", 2), std::string("\x1f\x40\x01", 3)}};
    ::taipan::testing::fuzz(corpus, 4000, [](const std::string& text) {
        const Result<Module> module = readModule(bytesOf(text));
        if (!module) {
            EXPECT_EQ(module.error().kind, ErrorKind::Failed);
            return;
        }
        const bool is_valid = validate(*module).has_value();
        const std::string written = textOf(*module);
        const Result<Module> again = readModule(bytesOf(written));
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(textOf(*again), written);
        EXPECT_EQ(validate(*again).has_value(), is_valid);
    });
}

}  // namespace
}  // namespace taipan::wasm
