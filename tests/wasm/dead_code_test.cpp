// SPDX-License-Identifier: Apache-2.0
#include "wasm/dead_code.h"

#include <gtest/gtest.h>

#include "tests/wasm/assembler.h"
#include "wasm/compilation_hints.h"
#include "wasm/validator.h"

namespace taipan::wasm {
namespace {

using testing::addFunction;
using testing::encode;
using testing::op;

/// Whether the body does nothing but trap.
bool isDead(const Function& function) {
    return function.body.size() == 3 && function.body[1] == 0;
}

std::vector<Instruction> callAndMore(uint32_t function) {
    return {op(Opcode::kCall, function), op(Opcode::kNop), op(Opcode::kNop), op(Opcode::kNop)};
}

TEST(DeadCode, OnlyWhatExportsLeadToLives) {
    Module module;
    addFunction(module, {}, callAndMore(1));
    addFunction(module, {}, callAndMore(1));  // calls itself
    addFunction(module, {}, callAndMore(3));
    addFunction(module, {}, callAndMore(2));
    module.exports = {{"run", ExternKind::Function, 0}};
    const auto saved = dropDeadCode(module);
    ASSERT_TRUE(saved);
    EXPECT_GT(*saved, 0U);
    ASSERT_TRUE(validate(module));
    EXPECT_FALSE(isDead(module.functions[0]));
    EXPECT_FALSE(isDead(module.functions[1]));
    EXPECT_TRUE(isDead(module.functions[2]));
    EXPECT_TRUE(isDead(module.functions[3]));
}

TEST(DeadCode, TablesAndGlobalsAndTheStartKeepTheirFunctions) {
    Module module;
    for (int i = 0; i < 5; ++i)
        addFunction(module, {}, {op(Opcode::kNop), op(Opcode::kNop), op(Opcode::kNop)});
    module.start = 0;
    module.tables = {{{nullable(AbstractHeap::Func), {2, std::nullopt}}}};
    module.elements.resize(2);
    module.elements[0] = {SegmentMode::Active, 0, module.keep(encode({op(Opcode::kI32Const, 0)})),
                          reference(HeapType(AbstractHeap::Func), false), std::vector<uint32_t>{1}};
    module.elements[1] = {SegmentMode::Passive,
                          0,
                          {},
                          nullable(AbstractHeap::Func),
                          std::vector<Expression>{module.keep(encode({op(Opcode::kRefFunc, 2)}))}};
    module.globals = {
        {{nullable(AbstractHeap::Func), false}, module.keep(encode({op(Opcode::kRefFunc, 3)}))}};
    ASSERT_TRUE(dropDeadCode(module));
    for (size_t i = 0; i < 4; ++i)
        EXPECT_FALSE(isDead(module.functions[i])) << i;
    EXPECT_TRUE(isDead(module.functions[4]));
}

TEST(CompilationHints, NameEachFunctionOnceAndNoOthers) {
    Module module;
    addFunction(module, {}, {});
    addFunction(module, {}, {});
    const uint32_t wanted[] = {1, 7, 1};
    addCompilationHints(module, wanted);
    ASSERT_TRUE(validate(module));
    ASSERT_EQ(module.customs.size(), 1U);
    const Bytes bytes = module.customs.front().bytes;
    EXPECT_EQ(std::vector<uint8_t>(bytes.begin(), bytes.end()), (std::vector<uint8_t>{1, 1, 0, 1, 0}));
    const std::vector<uint8_t> written = writeModule(module);
    const auto again = readModule(written);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->customs.front().name, "metadata.code.compilation_priority");
}

}  // namespace
}  // namespace taipan::wasm
