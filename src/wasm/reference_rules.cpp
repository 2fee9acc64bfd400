// SPDX-License-Identifier: Apache-2.0
//
// References: null, functions, comparisons, casts, and jumps that depend on them.
#include <fmt/format.h>

#include <array>

#include "wasm/code_rules.h"

namespace taipan::wasm {

namespace {

ValueType withoutNull(ValueType type) {
    type.is_nullable = false;
    return type;
}

void null(CodeValidator& validator, const Instruction& instruction) {
    CodeRules{validator}.push(reference(instruction.heap, true));
}

void isNull(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.popReference();
    rules.push(kI32);
}

void function(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (!rules.module().referable_functions[instruction.index])
        rules.fail(fmt::format("function {} is referred to, but not declared for that", instruction.index));
    rules.push(reference(HeapType(rules.module().functions[instruction.index]), false));
}

void equal(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(nullable(AbstractHeap::Eq));
    rules.pop(nullable(AbstractHeap::Eq));
    rules.push(kI32);
}

void asNonNull(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.push(withoutNull(rules.popReference()));
}

/// What a jump takes along below a reference that comes last; empty, with a failure, if it takes no
/// reference.
CodeRules::Types operandsBelowReference(const CodeRules& rules, const CodeRules::Frame& target,
                                        const ValueType& last) {
    const CodeRules::Types types = rules.labelTypesOf(target);
    if (types.empty() || !rules.types().isSubtype(last, types.back())) {
        rules.fail("a jump brings a reference that its block does not take");
        return {};
    }
    return types.first(types.size() - 1);
}

void brOnNull(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ValueType type = rules.popReference();
    const auto* target = rules.label(instruction.index);
    if (target == nullptr)
        return;
    rules.pop(rules.labelTypesOf(*target));
    rules.push(rules.labelTypesOf(*target));
    rules.push(withoutNull(type));
}

void brOnNonNull(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ValueType type = withoutNull(rules.popReference());
    const auto* target = rules.label(instruction.index);
    if (target == nullptr)
        return;
    const CodeRules::Types below = operandsBelowReference(rules, *target, type);
    rules.pop(below);
    rules.push(below);
}

ValueType topReference(const CodeRules& rules, HeapType heap) {
    return nullable(rules.types().topOf(heap));
}

void test(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(topReference(rules, instruction.heap));
    rules.push(kI32);
}

void cast(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(topReference(rules, instruction.heap));
    rules.push(reference(instruction.heap, instruction.opcode == Opcode::kRefCastNull));
}

/// What is left of `from` when it is not of type `to`.
ValueType difference(const ValueType& from, const ValueType& to) {
    return to.is_nullable ? withoutNull(from) : from;
}

void brOnCast(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const auto* target = rules.label(instruction.index);
    if (target == nullptr)
        return;
    if (!rules.types().isSubtype(instruction.to, instruction.from)) {
        rules.fail("a cast is to a type that is no part of the other");
        return;
    }
    const ValueType rest = difference(instruction.from, instruction.to);
    const bool jumps_on_success = instruction.opcode == Opcode::kBrOnCast;
    rules.pop(instruction.from);
    const CodeRules::Types below =
        operandsBelowReference(rules, *target, jumps_on_success ? instruction.to : rest);
    rules.pop(below);
    rules.push(below);
    rules.push(jumps_on_success ? rest : instruction.to);
}

/// Between references of the host and ours; null stays null.
template <AbstractHeap kFrom, AbstractHeap kTo>
void convert(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    const ValueType type = rules.pop(nullable(kFrom));
    rules.push(reference(HeapType(kTo), type.kind == ValueKind::Unknown ? false : type.is_nullable));
}

void i31(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(kI32);
    rules.push(reference(HeapType(AbstractHeap::I31), false));
}

void getI31(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(nullable(AbstractHeap::I31));
    rules.push(kI32);
}

constexpr auto kRules = std::to_array<CodeRuleRow>({
    {Opcode::kRefNull, null},
    {Opcode::kRefIsNull, isNull},
    {Opcode::kRefFunc, function},
    {Opcode::kRefEq, equal},
    {Opcode::kRefAsNonNull, asNonNull},
    {Opcode::kBrOnNull, brOnNull},
    {Opcode::kBrOnNonNull, brOnNonNull},
    {Opcode::kRefTest, test},
    {Opcode::kRefTestNull, test},
    {Opcode::kRefCast, cast},
    {Opcode::kRefCastNull, cast},
    {Opcode::kBrOnCast, brOnCast},
    {Opcode::kBrOnCastFail, brOnCast},
    {Opcode::kAnyConvertExtern, convert<AbstractHeap::Extern, AbstractHeap::Any>},
    {Opcode::kExternConvertAny, convert<AbstractHeap::Any, AbstractHeap::Extern>},
    {Opcode::kRefI31, i31},
    {Opcode::kI31GetS, getI31},
    {Opcode::kI31GetU, getI31},
});

}  // namespace

std::span<const CodeRuleRow> referenceRules() {
    return kRules;
}

}  // namespace taipan::wasm
