// SPDX-License-Identifier: Apache-2.0
#include "wasm/validator.h"

#include <gtest/gtest.h>

#include "tests/wasm/assembler.h"

namespace taipan::wasm {
namespace {

using testing::access;
using testing::addFunction;
using testing::addType;
using testing::block;
using testing::Code;
using testing::encode;
using testing::gives;
using testing::ofType;
using testing::op;
using testing::withHeap;

constexpr HeapType kFuncHeap{AbstractHeap::Func};

class ValidatorTest : public ::testing::Test {
  protected:
    /// What a function may use: a memory, a 64-bit memory, tables, globals, a tag, types.
    ValidatorTest() {
        structure_ =
            addType(module_, SubType{false, {}, StructType{{{kI32, true}, {{ValueKind::I8}, false}}}});
        below_ = addType(
            module_,
            SubType{true, {structure_}, StructType{{{kI32, true}, {{ValueKind::I8}, false}, {kF32, true}}}});
        array_ = addType(module_, SubType{true, {}, ArrayType{{kI64, true}}});
        pair_ = addType(module_, FunctionType{{kI32, kI32}, {kI32}});
        signal_ = addType(module_, FunctionType{{kI32}, {}});
        module_.memories = {{1, 2}, {1, 2, false, true}};
        module_.tables = {{{nullable(AbstractHeap::Func), {1, std::nullopt}}},
                          {{nullable(AbstractHeap::Extern), {1, std::nullopt}}}};
        module_.globals = {{{kI32, false}, module_.keep(encode({op(Opcode::kI32Const, 1)}))},
                           {{kI64, true}, module_.keep(encode({op(Opcode::kI64Const, 1)}))}};
        module_.tags = {{signal_}};
        module_.data_count = 1;
        module_.data = {{SegmentMode::Passive, 0, {}, {}}};
    }

    std::string check(const FunctionType& type, const Code& code, const std::vector<ValueType>& locals = {}) {
        Module module = module_;
        addFunction(module, type, code, locals);
        const Result<void> valid = validate(module);
        return valid ? "" : valid.error().message;
    }

    void expectValid(const FunctionType& type, const Code& code, const std::vector<ValueType>& locals = {}) {
        EXPECT_EQ(check(type, code, locals), "");
    }

    void expectInvalid(const FunctionType& type, const Code& code, std::string_view reason,
                       const std::vector<ValueType>& locals = {}) {
        const std::string message = check(type, code, locals);
        EXPECT_NE(message.find(reason), std::string::npos) << "\"" << message << "\" instead of " << reason;
        EXPECT_NE(message.find("function 0: "), std::string::npos) << message;
    }

    Module module_;
    uint32_t structure_ = 0;
    uint32_t below_ = 0;
    uint32_t array_ = 0;
    uint32_t pair_ = 0;
    uint32_t signal_ = 0;
};

TEST_F(ValidatorTest, OperandsAndResults) {
    expectValid({{}, {kI32}}, {op(Opcode::kI32Const, 1), op(Opcode::kI32Const, 2), op(Opcode::kI32Add)});
    expectValid({{kF64}, {kI32, kF64}}, {op(Opcode::kI32Const, 1), op(Opcode::kLocalGet, 0)});
    expectInvalid({{}, {kI32}}, {}, "an operand is missing");
    expectInvalid({{}, {}}, {op(Opcode::kI32Const)}, "leaves more operands");
    expectInvalid({{}, {kI32}}, {op(Opcode::kI64Const)}, "i64 is there where i32 is wanted");
    expectInvalid({{}, {}}, {op(Opcode::kI32Const), op(Opcode::kI32Add), op(Opcode::kDrop)}, "missing");
    expectInvalid({{}, {}}, {op(Opcode::kLocalGet, 3)}, "there is no local 3");
    expectInvalid({{}, {}}, {op(Opcode::kCall, 9)}, "there is no function 9");
}

TEST_F(ValidatorTest, BlocksAndJumps) {
    expectValid({{}, {kI32}}, {block(Opcode::kBlock, gives(kI32)), op(Opcode::kI32Const, 1),
                               op(Opcode::kBr, 0), op(Opcode::kEnd)});
    expectValid({{}, {kI32}},
                {op(Opcode::kI32Const), op(Opcode::kI32Const), block(Opcode::kLoop, ofType(pair_)),
                 op(Opcode::kI32Const), op(Opcode::kBrIf, 0), op(Opcode::kI32Add), op(Opcode::kEnd)});
    expectValid({{kI32}, {kI32}},
                {op(Opcode::kLocalGet), block(Opcode::kIf, gives(kI32)), op(Opcode::kI32Const, 1),
                 op(Opcode::kElse), op(Opcode::kI32Const, 2), op(Opcode::kEnd)});
    expectInvalid(
        {{kI32}, {kI32}},
        {op(Opcode::kLocalGet), block(Opcode::kIf, gives(kI32)), op(Opcode::kI32Const, 1), op(Opcode::kEnd)},
        "an if without else");
    expectInvalid({{}, {}}, {op(Opcode::kElse)}, "an else has no if");
    expectInvalid({{}, {}}, {op(Opcode::kBr, 1)}, "there is no block that far out: 1");
    expectInvalid({{}, {}}, {block(Opcode::kBlock)}, "unexpected end");
    expectInvalid({{}, {}}, {op(Opcode::kEnd), op(Opcode::kNop)}, "goes on behind its end");
    expectInvalid({{}, {}}, {block(Opcode::kBlock, ofType(array_)), op(Opcode::kEnd)}, "no function type");

    Instruction table = op(Opcode::kBrTable, 0);
    table.labels = {1};
    expectInvalid({{}, {}},
                  {block(Opcode::kBlock, gives(kI32)), op(Opcode::kI32Const), table, op(Opcode::kEnd)},
                  "different numbers of operands");
    table.labels = {0, 0};
    expectValid({{}, {}}, {op(Opcode::kI32Const), table});
}

TEST_F(ValidatorTest, WhatIsNeverReachedTakesAnything) {
    expectValid({{}, {kI32}}, {op(Opcode::kUnreachable)});
    expectValid({{}, {kI32}}, {op(Opcode::kUnreachable), op(Opcode::kI32Add)});
    expectValid({{}, {kI64}}, {op(Opcode::kI64Const), op(Opcode::kReturn), op(Opcode::kSelect)});
    expectInvalid({{}, {}},
                  {op(Opcode::kUnreachable), op(Opcode::kI64Const), op(Opcode::kI32Eqz), op(Opcode::kDrop)},
                  "i64 is there where i32 is wanted");
}

TEST_F(ValidatorTest, Memories) {
    expectValid({{}, {kI32}}, {op(Opcode::kI32Const), access(Opcode::kI32Load, 2)});
    expectValid({{}, {kI32}}, {op(Opcode::kI64Const), access(Opcode::kI32Load, 2, 1, uint64_t{1} << 40)});
    expectInvalid({{}, {kI32}}, {op(Opcode::kI32Const), access(Opcode::kI32Load, 3)}, "aligned to 8 bytes");
    expectInvalid({{}, {kI32}}, {op(Opcode::kI32Const), access(Opcode::kI32Load, 2, 2)}, "no memory 2");
    expectInvalid({{}, {kI32}}, {op(Opcode::kI32Const), access(Opcode::kI32Load, 2, 0, uint64_t{1} << 32)},
                  "an offset is larger");
    expectInvalid({{}, {kI32}}, {op(Opcode::kI64Const), access(Opcode::kI32Load, 2)}, "i64 is there");
    expectValid({{}, {}}, {op(Opcode::kI64Const), op(Opcode::kI32Const), op(Opcode::kI32Const),
                           op(Opcode::kMemoryCopy, 1, 0)});
    expectValid({{}, {}}, {op(Opcode::kI32Const), op(Opcode::kI32Const), op(Opcode::kI32Const),
                           op(Opcode::kMemoryInit, 0, 0), op(Opcode::kDataDrop, 0)});
    expectInvalid({{}, {}}, {op(Opcode::kDataDrop, 1)}, "no data segment 1");
    expectInvalid({{}, {kI32}}, {op(Opcode::kI32Const), access(Opcode::kI32AtomicLoad, 1)}, "aligned to 2");
}

TEST_F(ValidatorTest, Vectors) {
    Instruction shuffle = op(Opcode::kI8x16Shuffle);
    expectValid({{kV128}, {kV128}}, {op(Opcode::kLocalGet), op(Opcode::kLocalGet), shuffle});
    shuffle.bytes[3] = 32;
    expectInvalid({{kV128}, {kV128}}, {op(Opcode::kLocalGet), op(Opcode::kLocalGet), shuffle}, "a shuffle");
    Instruction lane = op(Opcode::kF64x2ExtractLane);
    lane.lane = 1;
    expectValid({{kV128}, {kF64}}, {op(Opcode::kLocalGet), lane});
    lane.lane = 2;
    expectInvalid({{kV128}, {kF64}}, {op(Opcode::kLocalGet), lane}, "no lane 2");
}

TEST_F(ValidatorTest, GlobalsAndLocals) {
    expectValid({{}, {}}, {op(Opcode::kI64Const), op(Opcode::kGlobalSet, 1)});
    expectInvalid({{}, {}}, {op(Opcode::kI32Const), op(Opcode::kGlobalSet, 0)}, "constant global 0");
    const std::vector<ValueType> locals = {reference(kFuncHeap, false)};
    expectInvalid({{}, {}}, {op(Opcode::kLocalGet, 0), op(Opcode::kDrop)}, "read before it is set", locals);
    module_.exports = {{"f", ExternKind::Function, 0}};
    expectValid({{}, {}},
                {op(Opcode::kRefFunc, 0), op(Opcode::kLocalTee, 0), op(Opcode::kDrop),
                 op(Opcode::kLocalGet, 0), op(Opcode::kDrop)},
                locals);
    // What a block sets is forgotten behind it.
    expectInvalid({{}, {}},
                  {block(Opcode::kBlock), op(Opcode::kRefFunc, 0), op(Opcode::kLocalSet, 0), op(Opcode::kEnd),
                   op(Opcode::kLocalGet, 0), op(Opcode::kDrop)},
                  "read before it is set", locals);
}

TEST_F(ValidatorTest, Calls) {
    const FunctionType type{{kI32, kI32}, {kI32}};
    const Code arguments = {op(Opcode::kLocalGet, 0), op(Opcode::kLocalGet, 1)};
    const auto with = [&](std::initializer_list<Instruction> more) {
        Code code = arguments;
        code.insert(code.end(), more);
        return code;
    };
    expectValid(type, with({op(Opcode::kCall, 0)}));
    expectValid(type, with({op(Opcode::kReturnCall, 0)}));
    expectValid(type, with({op(Opcode::kI32Const), op(Opcode::kCallIndirect, pair_, 0)}));
    expectInvalid(type, with({op(Opcode::kI32Const), op(Opcode::kCallIndirect, pair_, 1)}),
                  "not of functions");
    expectInvalid(type, with({op(Opcode::kI32Const), op(Opcode::kCallIndirect, array_, 0)}),
                  "no function type");
    expectValid(type, with({withHeap(Opcode::kRefNull, HeapType(pair_)), op(Opcode::kCallRef, pair_)}));
    expectInvalid(type, with({withHeap(Opcode::kRefNull, kFuncHeap), op(Opcode::kCallRef, pair_)}),
                  "a reference to func or null is there where a reference to type");
    expectInvalid({{kI32, kI32}, {}},
                  with({op(Opcode::kI32Const), op(Opcode::kReturnCallIndirect, pair_, 0)}),
                  "a tail call gives other results");
    expectInvalid(type, {op(Opcode::kRefFunc, 0), op(Opcode::kDrop), op(Opcode::kUnreachable)},
                  "not declared");
}

TEST_F(ValidatorTest, Exceptions) {
    expectValid({{}, {kI32}}, {op(Opcode::kI32Const), op(Opcode::kThrow, 0)});
    expectInvalid({{}, {}}, {op(Opcode::kThrow, 0)}, "an operand is missing");
    expectInvalid({{}, {}}, {op(Opcode::kThrow, 1)}, "there is no tag 1");
    Instruction table = block(Opcode::kTryTable);
    table.catches = {{CatchClause::Kind::Catch, 0, 0}};
    expectValid({{}, {kI32}}, {block(Opcode::kBlock, gives(kI32)), table, op(Opcode::kEnd),
                               op(Opcode::kI32Const), op(Opcode::kEnd)});
    table.catches = {{CatchClause::Kind::CatchAllRef, 0, 0}};
    expectInvalid({{}, {kI32}},
                  {block(Opcode::kBlock, gives(kI32)), table, op(Opcode::kEnd), op(Opcode::kI32Const),
                   op(Opcode::kEnd)},
                  "a catch brings what its block does not take");
    const ValueType exception = nullable(AbstractHeap::Exn);
    expectValid({{}, {}}, {block(Opcode::kBlock, gives(exception)), table, op(Opcode::kEnd),
                           op(Opcode::kReturn), op(Opcode::kEnd), op(Opcode::kThrowRef)});
}

TEST_F(ValidatorTest, ExceptionsOfTheOlderProposal) {
    expectValid({{}, {kI32}}, {block(Opcode::kTry, gives(kI32)), op(Opcode::kI32Const), op(Opcode::kCatch, 0),
                               op(Opcode::kCatchAll), op(Opcode::kRethrow, 0), op(Opcode::kEnd)});
    expectValid({{}, {}},
                {block(Opcode::kTry), block(Opcode::kTry), op(Opcode::kDelegate, 0), op(Opcode::kEnd)});
    expectValid({{}, {}}, {block(Opcode::kTry), op(Opcode::kDelegate, 0)});
    expectInvalid({{}, {}}, {block(Opcode::kTry), op(Opcode::kDelegate, 1)}, "that far out");
    expectInvalid({{}, {}}, {op(Opcode::kCatchAll)}, "a catch has no try");
    expectInvalid({{}, {}}, {op(Opcode::kDelegate, 0)}, "a delegate has no try");
    expectInvalid({{}, {}}, {block(Opcode::kTry), op(Opcode::kRethrow, 0), op(Opcode::kEnd)},
                  "catches nothing");
    expectInvalid({{}, {}},
                  {block(Opcode::kTry), op(Opcode::kCatchAll), op(Opcode::kCatchAll), op(Opcode::kEnd)},
                  "a catch has no try");
}

TEST_F(ValidatorTest, StructuresAndArrays) {
    const ValueType object = reference(HeapType(structure_), true);
    const ValueType part = reference(HeapType(below_), false);
    expectValid({{}, {part}}, {op(Opcode::kI32Const), op(Opcode::kI32Const), op(Opcode::kF32Const),
                               op(Opcode::kStructNew, below_)});
    expectValid({{}, {object}}, {op(Opcode::kStructNewDefault, below_)});
    expectValid({{object}, {kI32}}, {op(Opcode::kLocalGet), op(Opcode::kStructGetU, structure_, 1)});
    expectInvalid({{object}, {kI32}}, {op(Opcode::kLocalGet), op(Opcode::kStructGet, structure_, 1)},
                  "only packed fields");
    expectInvalid({{object}, {}},
                  {op(Opcode::kLocalGet), op(Opcode::kI32Const), op(Opcode::kStructSet, structure_, 1)},
                  "constant field 1");
    expectInvalid({{object}, {kI32}}, {op(Opcode::kLocalGet), op(Opcode::kStructGet, structure_, 2)},
                  "no field 2");
    expectInvalid({{object}, {kF32}}, {op(Opcode::kLocalGet), op(Opcode::kStructGet, below_, 2)},
                  "is wanted");
    expectValid({{object}, {kI32}}, {op(Opcode::kLocalGet), withHeap(Opcode::kRefTest, HeapType(below_))});
    expectValid({{object}, {part}}, {op(Opcode::kLocalGet), withHeap(Opcode::kRefCast, HeapType(below_))});
    expectInvalid({{object}, {kI32}}, {op(Opcode::kLocalGet), withHeap(Opcode::kRefTest, kFuncHeap)},
                  "is wanted");

    const ValueType numbers = reference(HeapType(array_), false);
    expectValid({{}, {numbers}},
                {op(Opcode::kI64Const), op(Opcode::kI64Const), op(Opcode::kArrayNewFixed, array_, 2)});
    expectValid({{}, {numbers}},
                {op(Opcode::kI32Const), op(Opcode::kI32Const), op(Opcode::kArrayNewData, array_, 0)});
    expectValid({{numbers}, {kI32}}, {op(Opcode::kLocalGet), op(Opcode::kArrayLen)});
    expectInvalid({{}, {numbers}}, {op(Opcode::kI32Const), op(Opcode::kArrayNewDefault, structure_)},
                  "no array type");
}

TEST_F(ValidatorTest, JumpsOnReferences) {
    const ValueType object = reference(HeapType(structure_), true);
    const ValueType part = reference(HeapType(below_), false);
    Instruction cast = op(Opcode::kBrOnCast, 0);
    cast.from = object;
    cast.to = part;
    expectValid({{object}, {part}}, {op(Opcode::kLocalGet), cast, op(Opcode::kUnreachable)});
    std::swap(cast.from, cast.to);
    expectInvalid({{object}, {object}}, {op(Opcode::kLocalGet), cast}, "no part of the other");
    const ValueType present = reference(HeapType(structure_), false);
    expectValid({{object}, {present}},
                {op(Opcode::kLocalGet), op(Opcode::kBrOnNonNull, 0), op(Opcode::kUnreachable)});
    expectValid({{object}, {}}, {op(Opcode::kLocalGet), op(Opcode::kBrOnNull, 0), op(Opcode::kDrop)});
    expectInvalid({{object}, {}}, {op(Opcode::kLocalGet), op(Opcode::kBrOnNonNull, 0)}, "does not take");
}

/// What is wrong outside of code.
class ModuleValidatorTest : public ::testing::Test {
  protected:
    void expectInvalid(std::string_view reason) const {
        const Result<void> valid = validate(module_);
        ASSERT_FALSE(valid) << reason;
        EXPECT_NE(valid.error().message.find(reason), std::string::npos) << valid.error().message;
    }
    Expression constant(const Code& code) { return module_.keep(encode(code)); }

    Module module_;
};

TEST_F(ModuleValidatorTest, AnEmptyOneIsValid) {
    EXPECT_TRUE(validate(module_));
}

TEST_F(ModuleValidatorTest, Limits) {
    module_.memories = {{2, 1}};
    expectInvalid("larger than its own maximum");
    module_.memories = {{65537, std::nullopt}};
    expectInvalid("a memory is larger than it may be");
    module_.memories = {{1, std::nullopt, true}};
    expectInvalid("a shared memory has no maximum");
}

TEST_F(ModuleValidatorTest, Constants) {
    module_.globals = {{{kI32, false}, constant({op(Opcode::kI64Const)})}};
    expectInvalid("global 0: i64 is there where i32 is wanted");
    module_.globals = {{{kI32, false}, constant({op(Opcode::kGlobalGet, 0)})}};
    expectInvalid("a constant cannot read the global 0");
    module_.globals = {{{kI32, false}, constant({op(Opcode::kI32Const), op(Opcode::kI32Eqz)})}};
    expectInvalid("i32.eqz is not constant");
    module_.globals = {
        {{kI32, false}, constant({op(Opcode::kI32Const, 2)})},
        {{kI32, false}, constant({op(Opcode::kGlobalGet, 0), op(Opcode::kI32Const), op(Opcode::kI32Mul)})}};
    EXPECT_TRUE(validate(module_));
}

TEST_F(ModuleValidatorTest, SegmentsExportsAndStart) {
    module_.data = {{SegmentMode::Active, 0, constant({op(Opcode::kI32Const)}), {}}};
    expectInvalid("data segment 0 is for a memory that is not there");
    module_.data.clear();
    module_.elements = {
        {SegmentMode::Passive, 0, {}, nullable(AbstractHeap::Func), std::vector<uint32_t>{3}}};
    expectInvalid("names function 3");
    module_.elements.clear();
    module_.exports = {{"x", ExternKind::Table, 0}};
    expectInvalid("the export \"x\" is of what is not there");
    module_.memories = {{1, std::nullopt}};
    module_.exports = {{"x", ExternKind::Memory, 0}, {"x", ExternKind::Memory, 0}};
    expectInvalid("two exports are called \"x\"");
    module_.exports.clear();
    addFunction(module_, {{kI32}, {}}, {});
    module_.start = 0;
    expectInvalid("the start function has parameters or results");
}

TEST_F(ModuleValidatorTest, Types) {
    addType(module_, SubType{true, {}, ArrayType{{reference(HeapType(uint32_t{1}), true), true}}});
    expectInvalid("type 0: there is no type 1 yet");
    module_.types = {SubType{true, {}, StructType{}}, SubType{true, {0}, StructType{}}};
    module_.groups = {{0, 1, false}, {1, 1, false}};
    expectInvalid("type 1: the supertype 0 is final");
    module_.types = {SubType{false, {}, StructType{{{kI32, true}}}},
                     SubType{true, {0}, StructType{{{kI64, true}}}}};
    expectInvalid("type 1: it does not fit its supertype 0");
}

TEST_F(ModuleValidatorTest, TypesThatAreWrittenAlikeAreTheSame) {
    const SubType list{true, {}, StructType{{{reference(HeapType(uint32_t{0}), true), true}}}};
    SubType again = list;
    std::get<StructType>(again.composite).fields[0].type = reference(HeapType(uint32_t{1}), true);
    module_.types = {list, again};
    module_.groups = {{0, 1, true}, {1, 1, true}};
    addFunction(module_, {{reference(HeapType(uint32_t{0}), true)}, {reference(HeapType(uint32_t{1}), true)}},
                {op(Opcode::kLocalGet)});
    EXPECT_TRUE(validate(module_)) << validate(module_).error().message;
}

}  // namespace
}  // namespace taipan::wasm
